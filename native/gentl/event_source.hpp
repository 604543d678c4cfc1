// A module that offers events: the registration of each type, once at a time.
#pragma once

#include <array>

#include "gentl/event.hpp"

namespace vcxg::gentl {

class EventSource {
public:
    EventSource() = default;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    virtual ~EventSource() = default;

    // kInvalidParameter for a type that does not exist, kNotImplemented for one that the module does not offer,
    // kResourceInUse while it is registered.
    [[nodiscard]] Handle register_event(std::int32_t type, Handle module);
    void unregister_event(std::int32_t type);  // kNotAvailable when it is not registered

protected:
    // The event, ready to fire; null when the module does not offer it. May take time and throw: it may have to ask the camera.
    [[nodiscard]] virtual std::shared_ptr<Event> open_event(std::int32_t type) = 0;

    // Puts data into the queue of an event of type QueuedEvent when one is registered. Any thread.
    void fire(std::int32_t type, std::string data) const;

private:
    using Slots = std::array<std::shared_ptr<Event>, event_type::count>;
    [[nodiscard]] static std::size_t slot_of(std::int32_t type);

    std::mutex registration_mutex_;  // one registration at a time; may be held while the camera is asked
    mutable std::mutex mutex_;       // the slots, never held while anything waits
    Slots registered_;
};

}  // namespace vcxg::gentl
