#include "gentl/event_source.hpp"

#include <utility>

#include "gentl/library.hpp"

namespace vcxg::gentl {

std::size_t EventSource::slot_of(std::int32_t type) {
    if (type < event_type::error || type >= event_type::count) {
        throw Error(code::kInvalidParameter, "no event type " + std::to_string(type) + " (0 to 5)");
    }
    return static_cast<std::size_t>(type);
}

Handle EventSource::register_event(std::int32_t type, Handle module) {
    const std::size_t slot = slot_of(type);
    const std::lock_guard registration(registration_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (registered_[slot] != nullptr) throw Error(code::kResourceInUse, "the event is registered already");
    }
    std::shared_ptr<Event> event = open_event(type);
    if (event == nullptr) {
        throw Error(code::kNotImplemented, "the module offers no event of type " + std::to_string(type));
    }
    Handle handle = nullptr;
    try {
        handle = registry().add(event, module);
    } catch (...) {
        event->shutdown();  // the module was closed meanwhile
        throw;
    }
    const std::lock_guard lock(mutex_);
    registered_[slot] = std::move(event);
    return handle;
}

void EventSource::unregister_event(std::int32_t type) {
    const std::size_t slot = slot_of(type);
    const std::lock_guard registration(registration_mutex_);
    std::shared_ptr<Event> event;
    {
        const std::lock_guard lock(mutex_);
        event.swap(registered_[slot]);
    }
    if (event == nullptr)
        throw Error(code::kNotAvailable, "no event of type " + std::to_string(type) + " is registered");
    registry().close(event->handle());
}

void EventSource::fire(std::int32_t type, std::string data) const {
    std::shared_ptr<QueuedEvent> event;
    {
        const std::lock_guard lock(mutex_);
        event = std::dynamic_pointer_cast<QueuedEvent>(registered_[slot_of(type)]);
    }
    if (event != nullptr) event->fire(std::move(data));
}

}  // namespace vcxg::gentl
