#include "gentl/event_types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "net/environment.hpp"

namespace vcxg::gentl {
namespace {

constexpr const char* kMessagePortVariable = "VCXG124M_MESSAGE_PORTS";
constexpr std::size_t kTextMax = 512;     // of an error
constexpr std::size_t kFeatureMax = 128;  // of a name, of a value
constexpr std::size_t kModuleDataSize = 16;

[[noreturn]] void not_the_data_of(const char* event) {
    throw Error(code::kInvalidParameter, std::string("these are not the data of ") + event + " event");
}

std::string text_of(gige::ConstBytes bytes) {
    std::string text(bytes.size(), '\0');
    if (!text.empty()) std::memcpy(text.data(), bytes.data(), text.size());
    return text;
}

// Text up to the first NUL, which has to be there.
std::string_view terminated(std::string_view text, const char* event) {
    const std::size_t end = text.find('\0');
    if (end == std::string_view::npos) not_the_data_of(event);
    return text.substr(0, end);
}

// As in a description file's EventID: hexadecimal digits and nothing else.
std::string hex_id(std::uint64_t id) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%04llX", static_cast<unsigned long long>(id));
    return text.data();
}

void append_little_endian(std::string& bytes, std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>((value >> shift) & 0xFF));
}

}  // namespace

ErrorEvent::ErrorEvent() : QueuedEvent(event_type::error, sizeof(Status) + kTextMax, kTextMax) {}

std::string ErrorEvent::data(Status status, std::string_view text) {
    std::string data(reinterpret_cast<const char*>(&status), sizeof status);
    return data.append(text.substr(0, kTextMax - 1)).append(1, '\0');
}

InfoValue ErrorEvent::data_info(gige::ConstBytes data, Command command) const {
    const std::string all = text_of(data);
    Status status = 0;
    if (all.size() < sizeof status) not_the_data_of("an error");
    std::memcpy(&status, all.data(), sizeof status);
    const std::string_view text = terminated(std::string_view(all).substr(sizeof status), "an error");
    switch (command) {
        case event_data_info::id:
            return InfoValue::i32(status);
        case event_data_info::value:
            return InfoValue::text(text);
        case event_data_info::numeric_id:
            not_available("the numeric id", "an error has a negative number");
        default:
            unknown_command("event data", command);
    }
}

FeatureEvent::FeatureEvent(std::int32_t type) : QueuedEvent(type, 2 * kFeatureMax, kFeatureMax) {}

std::string FeatureEvent::data(std::string_view name, std::string_view value) {
    std::string data(name.substr(0, kFeatureMax - 1));
    return data.append(1, '\0').append(value.substr(0, kFeatureMax - 1)).append(1, '\0');
}

InfoValue FeatureEvent::data_info(gige::ConstBytes data, Command command) const {
    const std::string all = text_of(data);
    const std::string_view name = terminated(all, "a feature");
    const std::string_view value = terminated(std::string_view(all).substr(name.size() + 1), "a feature");
    switch (command) {
        case event_data_info::id:
            return InfoValue::text(name);
        case event_data_info::value:
            if (value.empty()) not_available("the value", "only a feature-change event has one");
            return InfoValue::text(value);
        case event_data_info::numeric_id:
            not_available("the numeric id", "features have names");
        default:
            unknown_command("event data", command);
    }
}

ModuleEvent::ModuleEvent() : QueuedEvent(event_type::module, kModuleDataSize, kModuleDataSize) {}

std::string ModuleEvent::data(std::uint64_t id) {
    using namespace std::chrono;
    std::string data;
    append_little_endian(data, id);
    append_little_endian(
        data, static_cast<std::uint64_t>(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count()));
    return data;
}

InfoValue ModuleEvent::data_info(gige::ConstBytes data, Command command) const {
    if (data.size() != kModuleDataSize) not_the_data_of("a module");
    std::uint64_t id = 0;
    for (std::size_t i = 8; i-- > 0;) id = (id << 8) | std::to_integer<std::uint64_t>(data[i]);
    switch (command) {
        case event_data_info::id:
            return InfoValue::text(hex_id(id));
        case event_data_info::value:
            return InfoValue::bytes(text_of(data));
        case event_data_info::numeric_id:
            return InfoValue::u64(id);
        default:
            unknown_command("event data", command);
    }
}

RemoteDeviceEvent::RemoteDeviceEvent(std::shared_ptr<net::ControlChannel> control)
    : QueuedEvent(event_type::remote_device, gige::gvcp::kMaxDatagram,
                  gige::gvcp::kMaxDatagram - gige::gvcp::kHeaderSize),
      control_(std::move(control)) {
    net::MessageOptions options;
    options.ports = net::ports_from_environment(kMessagePortVariable);
    channel_ = std::make_shared<net::MessageChannel>(
        *control_,
        [this](const gige::gvcp::Message& message, const gige::gvcp::Event& event) {
            fire(text_of(gige::gvcp::single_event(message, event)));
        },
        options);
}

void RemoteDeviceEvent::shutdown() noexcept {
    QueuedEvent::shutdown();
    std::shared_ptr<net::MessageChannel> channel;
    {
        const std::lock_guard lock(channel_mutex_);
        channel.swap(channel_);
    }
}

std::shared_ptr<net::MessageChannel> RemoteDeviceEvent::channel() const {
    const std::lock_guard lock(channel_mutex_);
    if (channel_ == nullptr) throw Error(code::kInvalidHandle, "the event was unregistered meanwhile");
    return channel_;
}

InfoValue RemoteDeviceEvent::info(Command command) const {
    switch (command) {
        case event_info::message_commands:
            return InfoValue::u64(channel()->statistics().commands);
        case event_info::message_repeats:
            return InfoValue::u64(channel()->statistics().repeats);
        case event_info::message_foreign:
            return InfoValue::u64(channel()->statistics().foreign);
        case event_info::message_malformed:
            return InfoValue::u64(channel()->statistics().malformed);
        case event_info::message_host_port:
            return InfoValue::u32(channel()->host_port());
        default:
            return QueuedEvent::info(command);
    }
}

InfoValue RemoteDeviceEvent::data_info(gige::ConstBytes data, Command command) const {
    const auto message = gige::gvcp::parse_message(data);
    if (!message || message->events.size() != 1) not_the_data_of("a remote-device");
    const gige::gvcp::Event& event = message->events.front();
    switch (command) {
        case event_data_info::id:
            return InfoValue::text(hex_id(event.id));
        case event_data_info::value:
            return InfoValue::bytes(text_of(event.entry));
        case event_data_info::numeric_id:
            return InfoValue::u64(event.id);
        default:
            unknown_command("event data", command);
    }
}

}  // namespace vcxg::gentl
