#include <cstring>
#include <utility>

#include "gentl/event.hpp"
#include "gentl/waiting.hpp"

namespace vcxg::gentl {

void QueuedEvent::shutdown() noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

void QueuedEvent::fire(std::string data) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    ++fired_;
    if (queue_.size() == kCapacity) {
        queue_.pop_front();
        ++lost_;
    }
    queue_.push_back(std::move(data));
    changed_.notify_one();
}

void QueuedEvent::get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms) {
    std::size_t& capacity = required(size, "size");
    required(static_cast<char*>(buffer), "buffer");
    std::unique_lock lock(mutex_);
    wait_ms(changed_, lock, timeout_ms, [&] { return killed_ || closed_ || !queue_.empty(); });
    if (closed_) throw Error(code::kAbort, "the event was unregistered");
    if (std::exchange(killed_, false)) throw Error(code::kAbort, "the wait was ended by EventKill");
    if (queue_.empty()) throw Error(code::kTimeout, "no event within " + std::to_string(timeout_ms) + " ms");
    const std::string& data = queue_.front();
    const std::size_t offered = std::exchange(capacity, data.size());
    if (offered < data.size()) {
        throw Error(code::kBufferTooSmall, "the buffer holds " + std::to_string(offered) + " bytes, the event has " +
                                               std::to_string(data.size()));
    }
    std::memcpy(buffer, data.data(), data.size());
    queue_.pop_front();
}

InfoValue QueuedEvent::info(Command command) const {
    const std::lock_guard lock(mutex_);
    switch (command) {
        case event_info::type:
            return InfoValue::i32(type_);
        case event_info::in_queue:
            return InfoValue::size(queue_.size());
        case event_info::fired:
            return InfoValue::u64(fired_);
        case event_info::size_max:
            return InfoValue::size(data_max_);
        case event_info::info_size_max:
            return InfoValue::size(info_max_);
        case event_info::lost:
            return InfoValue::u64(lost_);
        case event_info::capacity:
            return InfoValue::size(kCapacity);
        default:
            unknown_command("event", command);
    }
}

void QueuedEvent::flush() {
    const std::lock_guard lock(mutex_);
    queue_.clear();
}

void QueuedEvent::kill() {
    const std::lock_guard lock(mutex_);
    killed_ = true;
    changed_.notify_all();
}

}  // namespace vcxg::gentl
