// The events of the modules, one class a type, and what their data are. The new-buffer event stands apart: its queue is the
// stream's output queue.
#pragma once

#include <string_view>

#include "gentl/event.hpp"
#include "net/message_channel.hpp"

namespace vcxg::gentl {

// Something failed that no call can report. Data: the status, then its text.
class ErrorEvent final : public QueuedEvent {
public:
    ErrorEvent();
    [[nodiscard]] static std::string data(Status status, std::string_view text);
    [[nodiscard]] InfoValue data_info(gige::ConstBytes data, Command command) const override;
};

// Feature-invalidate: data is the name of a feature whose value the producer has changed. Feature-change: name and value of a
// feature that the consumer is asked to set.
class FeatureEvent final : public QueuedEvent {
public:
    explicit FeatureEvent(std::int32_t type);
    [[nodiscard]] static std::string data(std::string_view name, std::string_view value = {});
    [[nodiscard]] InfoValue data_info(gige::ConstBytes data, Command command) const override;
};

// Something happened to a module of the producer itself. Ids as in the EventID of the module's XML.
namespace module_event_id {
inline constexpr std::uint64_t kInterfaceListChanged = 0x9001;
inline constexpr std::uint64_t kDeviceListChanged = 0x9002;
inline constexpr std::uint64_t kDeviceLost = 0x9003;
}  // namespace module_event_id

// Data: the id, then the host's time in ns since 1970, 8 bytes each, little-endian.
class ModuleEvent final : public QueuedEvent {
public:
    ModuleEvent();
    [[nodiscard]] static std::string data(std::uint64_t id);
    [[nodiscard]] InfoValue data_info(gige::ConstBytes data, Command command) const override;
};

// What the camera tells over its message channel, which is open as long as the event is registered. Data: a GVCP command with
// one event in it; its value is the command without the header, as the standard wants it.
class RemoteDeviceEvent final : public QueuedEvent {
public:
    explicit RemoteDeviceEvent(std::shared_ptr<net::ControlChannel> control);
    void shutdown() noexcept override;
    [[nodiscard]] InfoValue info(Command command) const override;
    [[nodiscard]] InfoValue data_info(gige::ConstBytes data, Command command) const override;

private:
    [[nodiscard]] std::shared_ptr<net::MessageChannel> channel() const;  // kInvalidHandle once closed

    std::shared_ptr<net::ControlChannel> control_;  // outlives the channel below
    mutable std::mutex channel_mutex_;
    std::shared_ptr<net::MessageChannel> channel_;
};

}  // namespace vcxg::gentl
