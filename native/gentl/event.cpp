// Event…, and GCRegisterEvent / GCUnregisterEvent: which module offers which event.
#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<NewBufferEvent> event_of(Handle handle) {
    return registry().get<NewBufferEvent>(handle);
}

// Only the new-buffer event of a stream exists today. Another type is refused rather than registered and never fired:
// there is no message channel to the camera yet, and the producer's own modules raise nothing.
std::shared_ptr<DataStream> stream_with_event(Handle module, std::int32_t type) {
    const auto object = registry().get<Object>(module);
    if (std::dynamic_pointer_cast<NewBufferEvent>(object))
        throw Error(code::kInvalidHandle, "an event fires no events");
    if (type < event_type::error || type > event_type::module) {
        throw Error(code::kInvalidParameter, "no event type " + std::to_string(type) + " (0 to 5)");
    }
    auto stream = std::dynamic_pointer_cast<DataStream>(object);
    if (stream == nullptr || type != event_type::new_buffer) {
        throw Error(code::kNotImplemented,
                    std::string("a ") + object->kind() + " offers no event of type " + std::to_string(type));
    }
    return stream;
}

}  // namespace

GC_API Status GC_CALL GCRegisterEvent(Handle module, std::int32_t type, Handle* event) {
    return guarded(__func__, [&] {
        const auto stream = stream_with_event(module, type);
        Handle& result = required(event, "the event handle pointer");
        result = stream->register_new_buffer();
    });
}

GC_API Status GC_CALL GCUnregisterEvent(Handle module, std::int32_t type) {
    return guarded(__func__, [&] { stream_with_event(module, type)->unregister_new_buffer(); });
}

GC_API Status GC_CALL EventGetData(Handle event, void* buffer, std::size_t* size, std::uint64_t timeout_ms) {
    return guarded(__func__, [&] { event_of(event)->get_data(buffer, size, timeout_ms); });
}

GC_API Status GC_CALL EventGetDataInfo(Handle event, const void* data, std::size_t data_size, Command command,
                                       std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        (void)event_of(event);
        NewBufferEvent::data_info(data, data_size, command).deliver(type, buffer, size);
    });
}

GC_API Status GC_CALL EventGetInfo(Handle event, Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] { event_of(event)->info(command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL EventFlush(Handle event) {
    return guarded(__func__, [&] { event_of(event)->flush(); });
}

GC_API Status GC_CALL EventKill(Handle event) {
    return guarded(__func__, [&] { event_of(event)->kill(); });
}

}  // namespace vcxg::gentl
