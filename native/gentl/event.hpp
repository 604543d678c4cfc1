// What a consumer has registered at a module: an EVENT_HANDLE refers to one of these.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

#include "gentl/info.hpp"
#include "gentl/registry.hpp"
#include "gige/bytes.hpp"

namespace vcxg::gentl {

class Event : public Object {
public:
    static constexpr const char* kKind = "event";
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }

    // Copies the data of the next one, kTimeout, or kAbort after kill() and at the end. A buffer that is too small leaves
    // the event in the queue.
    virtual void get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms) = 0;
    [[nodiscard]] virtual InfoValue info(Command command) const = 0;
    // What data that get_data() brought mean. They come back from the consumer: nothing in them is trusted.
    [[nodiscard]] virtual InfoValue data_info(gige::ConstBytes data, Command command) const = 0;
    virtual void flush() = 0;
    virtual void kill() = 0;  // ends the wait of get_data(), or the next one
};

// An event with a queue of its own. The queue is bounded: when nobody fetches, the oldest are lost and counted.
class QueuedEvent : public Event {
public:
    static constexpr std::size_t kCapacity = 1024;

    QueuedEvent(std::int32_t type, std::size_t data_max, std::size_t info_max)
        : type_(type), data_max_(data_max), info_max_(info_max) {}
    void shutdown() noexcept override;

    void fire(std::string data);  // any thread

    void get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms) override;
    [[nodiscard]] InfoValue info(Command command) const override;
    void flush() override;
    void kill() override;

private:
    const std::int32_t type_;
    const std::size_t data_max_, info_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> queue_;
    std::uint64_t fired_ = 0, lost_ = 0;
    bool killed_ = false, closed_ = false;
};

}  // namespace vcxg::gentl
