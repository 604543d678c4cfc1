#include "gentl/new_buffer_event.hpp"

#include <cstring>

namespace vcxg::gentl {

void NewBufferEvent::get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms) {
    std::size_t& capacity = required(size, "size");
    if (buffer == nullptr) throw Error(code::kInvalidParameter, "buffer is NULL");
    if (capacity < sizeof(NewBufferData)) {
        capacity = sizeof(NewBufferData);
        throw Error(code::kBufferTooSmall, "the data of a new-buffer event has 16 bytes");
    }
    const NewBufferData data = pool_->take(reader_, timeout_ms);
    std::memcpy(buffer, &data, sizeof data);
    capacity = sizeof data;
}

InfoValue NewBufferEvent::info(Command command) const {
    switch (command) {
        case event_info::type:
            return InfoValue::i32(event_type::new_buffer);
        case event_info::in_queue:
            return InfoValue::size(pool_->counts().output);
        case event_info::fired:
            return InfoValue::u64(pool_->fired(reader_));
        case event_info::size_max:
            return InfoValue::size(sizeof(NewBufferData));
        case event_info::info_size_max:
            return InfoValue::size(sizeof(void*));
        default:
            unknown_command("event", command);
    }
}

InfoValue NewBufferEvent::data_info(gige::ConstBytes data, Command command) const {
    if (data.size() < sizeof(NewBufferData)) {
        throw Error(code::kInvalidParameter, "the data of a new-buffer event has 16 bytes");
    }
    NewBufferData event;
    std::memcpy(&event, data.data(), sizeof event);
    switch (command) {
        case event_data_info::id:
            return InfoValue::pointer(event.buffer);
        case event_data_info::value:
            return InfoValue::pointer(event.user_pointer);
        default:
            unknown_command("event data", command);
    }
}

}  // namespace vcxg::gentl
