#include "gentl/device.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "gentl/camera_url.hpp"
#include "gentl/event_types.hpp"
#include "gentl/xml_archive.hpp"
#include "net/failure.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::uint32_t kStreamChannelCount = 0x0904;
constexpr std::uint64_t kUrlRegisters[] = {0x0200, 0x0400};
constexpr std::size_t kUrlSize = 512;

std::int32_t open_status(net::Access access) noexcept {
    return access == net::Access::read_only ? access_status::open_read_only : access_status::open_read_write;
}

// A camera may have no timestamp, and then no register for its frequency.
std::uint64_t timestamp_frequency_of(net::ControlChannel& control) {
    try {
        return control.timestamp_frequency();
    } catch (const net::Failure& failure) {
        if (failure.kind() != net::Failure::Kind::refused) throw;
        return 0;
    }
}

// Consumers tell archives by the name.
bool is_archive(const PortUrl& url) {
    const std::string& name = url.file_name;
    return url.scheme == UrlScheme::local && name.size() >= 4 &&
           std::equal(name.end() - 4, name.end(), ".zip",
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

// A camera may name a file of the computer; it has to be an absolute path, whatever folder the application works in.
bool is_on_this_computer(const PortUrl& url) {
    std::string_view path = url.url;
    path.remove_prefix(path.find(':') + 1);
    if (path.starts_with("//")) path.remove_prefix(2);
    const std::filesystem::path file(path);
    std::error_code failure;
    return file.is_absolute() && std::filesystem::is_regular_file(file, failure);
}

}  // namespace

Device::Device(std::shared_ptr<NetworkInterface> interface, ListedDevice device, net::Access access)
    : ModulePort({.port_name = "DevicePort",
                  .file_name = "vcxg124m_device.xml",
                  .model = "Device",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1003"}),
      interface_(std::move(interface)),
      device_(std::move(device)),
      claim_(device_claim(device_.info), "device " + device_.id, open_status(access)),
      control_(std::make_shared<net::ControlChannel>(interface_->address(), device_.info.address, access,
                                                     net::control_options_from_environment())),
      timestamp_frequency_(timestamp_frequency_of(*control_)),
      // One receiver a device; further stream channels of a camera are not offered.
      stream_count_(control_->read_register(kStreamChannelCount) > 0 ? 1 : 0) {
    describe();
    control_->on_lost([this](const std::string& reason) { tell_loss(reason); });
}

void Device::shutdown() noexcept {
    std::shared_ptr<net::ControlChannel> control;
    {
        const std::lock_guard lock(mutex_);
        control.swap(control_);
    }
    if (control != nullptr) control->on_lost({});  // whoever still holds the channel does not keep this module alive
    control.reset();
    claim_.release();
}

std::shared_ptr<net::ControlChannel> Device::control() const {
    const std::lock_guard lock(mutex_);
    if (control_ == nullptr) throw Error(code::kInvalidHandle, "the device was closed meanwhile");
    return control_;
}

bool Device::lost() const noexcept {
    const std::lock_guard lock(mutex_);
    return control_ == nullptr || control_->lost();
}

std::shared_ptr<Event> Device::open_event(std::int32_t type) {
    switch (type) {
        case event_type::error:
            return std::make_shared<ErrorEvent>();
        case event_type::feature_invalidate:
        case event_type::feature_change:
            return std::make_shared<FeatureEvent>(type);
        case event_type::module:
            return std::make_shared<ModuleEvent>();
        case event_type::remote_device:
            break;
        default:
            return nullptr;
    }
    const auto channel = control();
    // The camera tells its events to the application in control, and only if it has a message channel.
    if (channel->access() == net::Access::read_only || !net::MessageChannel::offered_by(*channel)) return nullptr;
    auto event = std::make_shared<RemoteDeviceEvent>(channel);
    features_changed({"GevMCPHostPort", "GevMCDA", "GevMCTT", "GevMCRC"});
    return event;
}

void Device::features_changed(std::initializer_list<const char*> names) const {
    for (const char* name : names) fire(event_type::feature_invalidate, FeatureEvent::data(name));
}

void Device::request_feature(const char* name, const char* value) const {
    fire(event_type::feature_change, FeatureEvent::data(name, value));
}

// In the heartbeat's thread.
void Device::tell_loss(const std::string& reason) const {
    fire(event_type::error, ErrorEvent::data(code::kIo, "control of the camera is lost: " + reason));
    fire(event_type::module, ModuleEvent::data(module_event_id::kDeviceLost));
    features_changed({"DeviceAccessStatus", "DeviceConnectionLost"});
}

std::int32_t Device::status() const {
    return lost() ? access_status::no_access : open_status(control()->access());
}

Handle Device::remote_device(const std::shared_ptr<Device>& self) {
    const std::lock_guard lock(mutex_);
    if (remote_device_ == nullptr) remote_device_ = registry().add(std::make_shared<RemoteDevice>(self), handle());
    return remote_device_;
}

PortFacts Device::facts() const {
    return {.id = device_.id,
            .vendor = device_.info.manufacturer,
            .model = device_.info.model,
            .version = device_.info.version,
            .module = "TLDevice",
            .port_name = nodes_.port_name()};
}

InfoValue Device::info(Command command) const {
    if (command == device_info::access_status) return InfoValue::i32(status());
    if (command == device_info::timestamp_frequency) {
        if (timestamp_frequency_ == 0) not_available("the timestamp frequency", "the camera has no timestamp");
        return InfoValue::u64(timestamp_frequency_);
    }
    return device_identity(device_.id, device_.info, command);
}

PortFacts RemoteDevice::facts() const {
    PortFacts facts = device_->facts();
    facts.module = "Device";
    facts.port_name = "Device";
    facts.big_endian = true;
    facts.available = !device_->lost();
    facts.writable = facts.available && device_->control()->access() != net::Access::read_only;
    return facts;
}

std::shared_ptr<const RemoteDevice::Description> RemoteDevice::description() const {
    const std::lock_guard lock(mutex_);
    return description_;
}

std::vector<PortUrl> RemoteDevice::urls() {
    if (const auto known = description()) return {known->url};
    const auto found = std::make_shared<const Description>(find_description());
    const std::lock_guard lock(mutex_);
    description_ = found;
    return {found->url};
}

// An archive is handed on as it was when it was looked into: the camera is not asked for it a second time.
void RemoteDevice::read(std::uint64_t address, gige::Bytes out) {
    const auto known = description();
    if (known != nullptr && address >= known->url.address &&
        gige::has(known->file, address - known->url.address, std::max<std::size_t>(out.size(), 1))) {
        std::copy_n(known->file.begin() + static_cast<std::ptrdiff_t>(address - known->url.address), out.size(),
                    out.begin());
        return;
    }
    device_->control()->read(address, out);
}

RemoteDevice::Description RemoteDevice::find_description() {
    std::string seen;
    for (const std::uint64_t address : kUrlRegisters) {
        std::string text(kUrlSize, '\0');
        try {
            read(address, std::as_writable_bytes(std::span(text)));
        } catch (const net::Failure& failure) {
            // The second register is optional; a camera that does not answer is the same failure both times.
            if (failure.kind() != net::Failure::Kind::refused) throw;
            seen += std::string(" (") + failure.what() + ")";
            continue;
        }
        seen += " \"" + text.substr(0, text.find('\0')) + "\"";
        auto url = parse_camera_url(text);
        if (!url) continue;
        if (url->scheme == UrlScheme::file && !is_on_this_computer(*url)) {
            seen += " (there is no such file on this computer)";
            continue;
        }
        Description description{*std::move(url), {}};
        if (!is_archive(description.url)) return description;
        if (description.url.size > xml_limit::kArchive) {
            seen += " (an archive of " + std::to_string(description.url.size) + " bytes; " +
                    std::to_string(xml_limit::kArchive) + " are allowed)";
            continue;
        }
        description.file.resize(description.url.size);
        read(description.url.address, description.file);
        const auto objection = objection_to_archive(description.file);
        if (!objection) return description;
        seen += " (the archive is not handed on: " + *objection + ")";
    }
    throw Error(code::kNotAvailable, "the camera's URL registers name no usable XML:" + seen);
}

}  // namespace vcxg::gentl
