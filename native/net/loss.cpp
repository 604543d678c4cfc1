#include "net/loss.hpp"

#include <utility>

namespace vcxg::net {

void Loss::declare(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        if (happened_) {
            return;
        }
        happened_ = true;
        reason_ = reason;
    }
    changed_.notify_all();
}

bool Loss::happened() const {
    const std::lock_guard lock(mutex_);
    return happened_;
}

std::string Loss::reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
}

void Loss::set_callback(Callback callback) {
    const bool there = static_cast<bool>(callback);
    {
        const std::lock_guard lock(callback_mutex_);
        callback_ = std::move(callback);
    }
    {
        const std::lock_guard lock(mutex_);
        has_callback_ = there;
    }
    changed_.notify_all();
}

void Loss::wait_until(std::chrono::steady_clock::time_point time, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, stop, time, [this] { return happened_; });
}

void Loss::tell(const std::stop_token& stop) {
    {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return has_callback_; })) {
            return;
        }
    }
    const std::lock_guard lock(callback_mutex_);
    if (callback_) {
        std::exchange(callback_, nullptr)(reason());
    }
    const std::lock_guard state_lock(mutex_);
    has_callback_ = false;
}

}  // namespace vcxg::net
