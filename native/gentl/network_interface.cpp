#include "gentl/network_interface.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>
#include <tuple>

namespace vcxg::gentl {
namespace {

constexpr std::chrono::milliseconds kAccessTimeout{200};

std::string hex(const std::array<std::uint8_t, 6>& mac) {
    char text[13];
    std::snprintf(text, sizeof text, "%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    return text;
}

// What a device says about itself becomes part of an identifier only as far as it is harmless there.
std::string harmless(std::string text) {
    for (char& c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
    }
    return text;
}

std::vector<ListedDevice> listed(std::vector<net::DeviceInfo> found) {
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return std::tie(a.mac, a.address) < std::tie(b.mac, b.address); });
    std::vector<ListedDevice> devices;
    std::map<std::string, int> uses;
    for (auto& info : found) {
        std::string id = hex(info.mac) + "_" + harmless(info.serial_number);
        ++uses[id];
        devices.push_back({.id = std::move(id), .info = std::move(info), .access = {}});
    }
    for (auto& device : devices) {
        if (uses[device.id] > 1) device.id += "_" + net::to_string(device.info.address);
    }
    return devices;
}

bool same_list(const std::vector<ListedDevice>& a, const std::vector<ListedDevice>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ListedDevice& x, const ListedDevice& y) {
        return x.id == y.id && x.info.address == y.info.address && x.info.user_name == y.info.user_name;
    });
}

std::int32_t to_gentl(net::AccessStatus status) noexcept {
    switch (status) {
        case net::AccessStatus::read_write:
            return access_status::read_write;
        case net::AccessStatus::read_only:
            return access_status::read_only;
        case net::AccessStatus::no_access:
            return access_status::no_access;
        case net::AccessStatus::unknown:
            break;
    }
    return access_status::unknown;
}

}  // namespace

std::string device_claim(const net::DeviceInfo& info) {
    return "device " + hex(info.mac) + "@" + net::to_string(info.address);
}

std::string device_display_name(const net::DeviceInfo& info) {
    const std::string& name = info.user_name.empty() ? info.serial_number : info.user_name;
    return info.manufacturer + " " + info.model + " (" + name + ")";
}

InfoValue device_identity(const std::string& id, const net::DeviceInfo& info, Command command) {
    switch (command) {
        case device_info::id:
            return InfoValue::text(id);
        case device_info::vendor:
            return InfoValue::text(info.manufacturer);
        case device_info::model:
            return InfoValue::text(info.model);
        case device_info::tl_type:
            return InfoValue::text(kTlType);
        case device_info::display_name:
            return InfoValue::text(device_display_name(info));
        case device_info::user_defined_name:
            return InfoValue::text(info.user_name);
        case device_info::serial_number:
            return InfoValue::text(info.serial_number);
        case device_info::version:
            return InfoValue::text(info.version);
        default:
            unknown_command("device", command);
    }
}

NodeMap::Entries access_entries() {
    return {{"Unknown", access_status::unknown},
            {"ReadWrite", access_status::read_write},
            {"ReadOnly", access_status::read_only},
            {"NoAccess", access_status::no_access},
            {"Busy", access_status::busy},
            {"OpenReadWrite", access_status::open_read_write},
            {"OpenReadOnly", access_status::open_read_only}};
}

std::int64_t mac_number(const std::array<std::uint8_t, 6>& mac) {
    std::int64_t number = 0;
    for (const std::uint8_t byte : mac) number = (number << 8) | byte;
    return number;
}

NetworkInterface::NetworkInterface(std::shared_ptr<System> system, net::Interface interface)
    : ModulePort({.port_name = "InterfacePort",
                  .file_name = "vcxg124m_interface.xml",
                  .model = "Interface",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1002"}),
      system_(std::move(system)),
      interface_(std::move(interface)),
      claim_("interface " + interface_id(interface_), "interface " + interface_id(interface_)) {
    describe();
    describe_selected_device();
    nodes_.finish();
}

PortFacts NetworkInterface::facts() const {
    return {.id = interface_id(interface_),
            .vendor = kVendor,
            .model = kProducerModel,
            .version = kVersion,
            .module = "TLInterface",
            .port_name = nodes_.port_name()};
}

void NetworkInterface::describe() {
    nodes_.category("InterfaceInformation");
    nodes_.text("InterfaceID", "Identifier of the interface", [this] { return interface_id(interface_); });
    nodes_.text("InterfaceDisplayName", "Name and address", [this] { return interface_display_name(interface_); });
    nodes_.enumeration("InterfaceType", "Transport layer technology", {{"GigEVision", 1}}, [] { return 1; });
    nodes_.integer(
        "GevInterfaceMACAddress", "Hardware address", [this] { return mac_number(interface_.mac); }, "MACAddress");
    nodes_.integer(
        "GevInterfaceSubnetIPAddress", "IP address", [this] { return interface_.address; }, "IPV4Address");
    nodes_.integer(
        "GevInterfaceSubnetMask", "Subnet mask", [this] { return interface_.netmask; }, "IPV4Address");
    nodes_.integer("GevInterfaceMTU", "Largest IP packet in bytes", [this] { return interface_.mtu; });
    nodes_.category("DeviceEnumeration");
    nodes_.command("DeviceUpdateList", "Looks for devices anew, for one second",
                   [this] { update(std::chrono::seconds(1)); });
    nodes_.selector(
        "DeviceSelector", "Index of the device that the features below show",
        [this] {
            const std::lock_guard lock(mutex_);
            return selected_;
        },
        [this](std::int64_t index) {
            const std::lock_guard lock(mutex_);
            selected_ = index;
        },
        [this] { return std::max<std::int64_t>(0, static_cast<std::int64_t>(device_count()) - 1); },
        {"DeviceID", "DeviceVendorName", "DeviceModelName", "DeviceSerialNumber", "DeviceUserID", "DeviceAccessStatus",
         "GevDeviceIPAddress", "GevDeviceSubnetMask", "GevDeviceGateway", "GevDeviceMACAddress"});
}

void NetworkInterface::describe_selected_device() {
    const auto text = [this](std::string net::DeviceInfo::*field) {
        return [this, field] {
            const auto device = selected();
            return device ? device->info.*field : std::string();
        };
    };
    const auto address = [this](net::Ipv4 net::DeviceInfo::*field) {
        return [this, field]() -> std::int64_t {
            const auto device = selected();
            return device ? device->info.*field : 0;
        };
    };
    nodes_.text("DeviceID", "Identifier of the selected device, empty when there is none", [this] {
        const auto device = selected();
        return device ? device->id : std::string();
    });
    nodes_.text("DeviceVendorName", "Manufacturer of the selected device", text(&net::DeviceInfo::manufacturer));
    nodes_.text("DeviceModelName", "Model of the selected device", text(&net::DeviceInfo::model));
    nodes_.text("DeviceSerialNumber", "Serial number of the selected device", text(&net::DeviceInfo::serial_number));
    nodes_.text("DeviceUserID", "User-defined name of the selected device", text(&net::DeviceInfo::user_name));
    nodes_.enumeration("DeviceAccessStatus", "How the selected device can be opened", access_entries(), [this] {
        const auto device = selected();
        return device ? access_status(*device) : access_status::unknown;
    });
    nodes_.integer("GevDeviceIPAddress", "IP address of the selected device", address(&net::DeviceInfo::address),
                   "IPV4Address");
    nodes_.integer("GevDeviceSubnetMask", "Subnet mask of the selected device", address(&net::DeviceInfo::netmask),
                   "IPV4Address");
    nodes_.integer("GevDeviceGateway", "Gateway of the selected device", address(&net::DeviceInfo::gateway),
                   "IPV4Address");
    nodes_.integer(
        "GevDeviceMACAddress", "Hardware address of the selected device",
        [this] {
            const auto device = selected();
            return device ? mac_number(device->info.mac) : 0;
        },
        "MACAddress");
}

bool NetworkInterface::update(std::chrono::milliseconds timeout) {
    const std::vector<net::Ipv4> unicast = net::unicast_addresses_from_environment();
    std::vector<ListedDevice> found = listed(net::discover(interface_, unicast, timeout));
    const std::lock_guard lock(mutex_);
    const bool changed = !same_list(found, devices_);
    devices_ = std::move(found);
    return changed;
}

std::size_t NetworkInterface::device_count() const {
    const std::lock_guard lock(mutex_);
    return devices_.size();
}

ListedDevice NetworkInterface::device(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    if (index >= devices_.size()) {
        throw Error(code::kInvalidIndex,
                    "device " + std::to_string(index) + " of " + std::to_string(devices_.size()) + " does not exist");
    }
    return devices_[index];
}

ListedDevice NetworkInterface::device(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    for (const auto& device : devices_) {
        if (device.id == id) return device;
    }
    throw Error(code::kInvalidId,
                "no device \"" + id + "\" on " + interface_id(interface_) + "; update the device list");
}

std::optional<ListedDevice> NetworkInterface::selected() const {
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(selected_);
    return index < devices_.size() ? std::optional(devices_[index]) : std::nullopt;
}

std::int32_t NetworkInterface::access_status(const ListedDevice& device) {
    if (const auto own = Claim::note_of(device_claim(device.info))) return *own;
    if (device.access) return to_gentl(*device.access);
    const net::AccessStatus asked = net::access_status(interface_, device.info.address, kAccessTimeout);
    const std::lock_guard lock(mutex_);
    for (auto& listed_device : devices_) {
        if (listed_device.id == device.id) listed_device.access = asked;
    }
    return to_gentl(asked);
}

InfoValue NetworkInterface::device_info(const std::string& id, Command command) {
    const ListedDevice listed_device = device(id);
    if (command == device_info::access_status) return InfoValue::i32(access_status(listed_device));
    if (command == device_info::timestamp_frequency) not_available("the timestamp frequency", "the device is not open");
    return device_identity(listed_device.id, listed_device.info, command);
}

}  // namespace vcxg::gentl
