// That control of a device is lost: when, why, and who is to be told. One way only: a lost channel stays lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

namespace vcxg::net {

class Loss {
public:
    // Any thread. The first reason stays.
    void declare(const std::string& reason);
    [[nodiscard]] bool happened() const;
    [[nodiscard]] std::string reason() const;

    // Replaces the callback, which gets the reason; when this returns, the one before is not running any more.
    using Callback = std::function<void(const std::string&)>;
    void set_callback(Callback callback);

    // For the thread that tells: waits until the loss, the time, or the stop.
    void wait_until(std::chrono::steady_clock::time_point time, const std::stop_token& stop);
    // For the thread that tells, after the loss: waits for a callback or the stop, and calls the callback once.
    void tell(const std::stop_token& stop);

private:
    mutable std::mutex mutex_;  // never held while the callback runs
    std::condition_variable_any changed_;
    bool happened_ = false;
    bool has_callback_ = false;
    std::string reason_;

    std::mutex callback_mutex_;  // lets set_callback() wait for a running callback, guards nothing else
    Callback callback_;
};

}  // namespace vcxg::net
