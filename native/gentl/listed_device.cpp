#include "gentl/listed_device.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>
#include <tuple>

#include "gentl/library.hpp"

namespace vcxg::gentl {
namespace {

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

}  // namespace

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

Feature::Entries access_entries() {
    return {{"Unknown", access_status::unknown},
            {"ReadWrite", access_status::read_write},
            {"ReadOnly", access_status::read_only},
            {"NoAccess", access_status::no_access},
            {"Busy", access_status::busy},
            {"OpenReadWrite", access_status::open_read_write},
            {"OpenReadOnly", access_status::open_read_only}};
}

}  // namespace vcxg::gentl
