// Event…, and GCRegisterEvent / GCUnregisterEvent. Which module offers which event: EventSource::open_event of the module.
#include "gentl/event.hpp"

#include "gentl/event_source.hpp"
#include "gentl/library.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<Event> event_of(Handle handle) {
    return registry().get<Event>(handle);
}

// Cast from the module itself: the pointer keeps the module alive.
std::shared_ptr<EventSource> source_of(Handle module) {
    const auto object = registry().get<Object>(module);
    if (std::dynamic_pointer_cast<Event>(object)) throw Error(code::kInvalidHandle, "an event fires no events");
    auto source = std::dynamic_pointer_cast<EventSource>(object);
    if (source == nullptr) throw Error(code::kNotImplemented, std::string("a ") + object->kind() + " offers no events");
    return source;
}

}  // namespace

GC_API Status GC_CALL GCRegisterEvent(Handle module, std::int32_t type, Handle* event) {
    return guarded(__func__, [&] {
        const auto source = source_of(module);
        Handle& result = required(event, "the event handle pointer");
        result = source->register_event(type, module);
    });
}

GC_API Status GC_CALL GCUnregisterEvent(Handle module, std::int32_t type) {
    return guarded(__func__, [&] { source_of(module)->unregister_event(type); });
}

GC_API Status GC_CALL EventGetData(Handle event, void* buffer, std::size_t* size, std::uint64_t timeout_ms) {
    return guarded(__func__, [&] { event_of(event)->get_data(buffer, size, timeout_ms); });
}

GC_API Status GC_CALL EventGetDataInfo(Handle event, const void* data, std::size_t data_size, Command command,
                                       std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto target = event_of(event);
        if (data == nullptr) throw Error(code::kInvalidParameter, "the event's data pointer is NULL");
        target->data_info({static_cast<const std::byte*>(data), data_size}, command).deliver(type, buffer, size);
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
