#include "gentl/device.hpp"

#include "gentl/camera_url.hpp"
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

}  // namespace

Device::Device(std::shared_ptr<NetworkInterface> interface, ListedDevice device, net::Access access)
    : ModulePort({.port_name = "DevicePort",
                  .file_name = "vcxg124m_device.xml",
                  .model = "Device",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1003"}),
      interface_(std::move(interface)),
      device_(std::move(device)),
      claim_(device_claim(device_.info), "device " + device_.id, open_status(access)),
      control_(std::make_shared<net::ControlChannel>(interface_->address(), device_.info.address, access)),
      timestamp_frequency_(timestamp_frequency_of(*control_)),
      // One receiver a device; further stream channels of a camera are not offered.
      stream_count_(control_->read_register(kStreamChannelCount) > 0 ? 1 : 0) {
    describe();
}

void Device::shutdown() noexcept {
    std::shared_ptr<net::ControlChannel> control;
    {
        const std::lock_guard lock(mutex_);
        control.swap(control_);
    }
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

std::vector<PortUrl> RemoteDevice::urls() {
    {
        const std::lock_guard lock(mutex_);
        if (url_) return {*url_};
    }
    PortUrl url = find_url();
    const std::lock_guard lock(mutex_);
    url_ = url;
    return {std::move(url)};
}

PortUrl RemoteDevice::find_url() {
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
        if (auto url = parse_camera_url(text)) return *std::move(url);
        seen += " \"" + text.substr(0, text.find('\0')) + "\"";
    }
    throw Error(code::kNotAvailable, "the camera's URL registers name no usable XML:" + seen);
}

}  // namespace vcxg::gentl
