// A device on the list of an interface: its identifier and what it says about itself.
#pragma once

#include <optional>

#include "gentl/feature.hpp"
#include "gentl/info.hpp"
#include "net/discovery.hpp"

namespace vcxg::gentl {

struct ListedDevice {
    std::string id;  // manufacturer's MAC and serial number; with the IP address where two devices share both
    net::DeviceInfo info;
    std::optional<net::AccessStatus> access;  // asked from the device once after an update, when somebody wants to know
};

[[nodiscard]] std::vector<ListedDevice> listed(
    std::vector<net::DeviceInfo> found);  // in the order of the MAC addresses
[[nodiscard]] bool same_list(const std::vector<ListedDevice>& a, const std::vector<ListedDevice>& b);

[[nodiscard]] std::string device_claim(const net::DeviceInfo& info);  // key of the Claim that an open device holds
[[nodiscard]] std::string device_display_name(const net::DeviceInfo& info);
[[nodiscard]] InfoValue device_identity(const std::string& id, const net::DeviceInfo& info, Command command);
[[nodiscard]] Feature::Entries access_entries();  // of the feature DeviceAccessStatus

}  // namespace vcxg::gentl
