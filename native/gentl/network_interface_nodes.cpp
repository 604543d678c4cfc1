// The features of the interface module.
#include <algorithm>
#include <limits>

#include "gentl/network_interface.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::int64_t kAllOnes = 0xFFFFFFFF;

}  // namespace

void NetworkInterface::describe() {
    nodes_.category("InterfaceInformation");
    nodes_.text("InterfaceID", "Identifier of the interface", [this] { return interface_id(interface_); });
    nodes_.text("InterfaceDisplayName", "Name and address", [this] { return interface_display_name(interface_); });
    nodes_.enumeration("InterfaceType", "Transport layer technology", {{"GigEVision", 1}}, [] { return 1; });
    nodes_.integer("InterfaceTLVersionMajor", "Major version of GigE Vision that the producer speaks",
                   [] { return 2; });
    nodes_.integer("InterfaceTLVersionMinor", "Minor version of GigE Vision", [] { return 0; });
    nodes_.integer("GevInterfaceGatewaySelector", "Index of the gateway shown below: there is one at most", gateway_)
        .range(0, 0)
        .selects({"GevInterfaceGateway"});
    nodes_
        .integer("GevInterfaceGateway", "Gateway of the default route, 0.0.0.0: none",
                 [this] { return interface_.gateway; })
        .shown_as("IPV4Address");
    nodes_.integer("GevInterfaceMACAddress", "Hardware address", [this] { return mac_number(interface_.mac); })
        .shown_as("MACAddress");
    nodes_.integer("GevInterfaceSubnetSelector", "Index of the subnet shown below: an interface has one", subnet_)
        .range(0, 0)
        .selects({"GevInterfaceSubnetIPAddress", "GevInterfaceSubnetMask"});
    nodes_.integer("GevInterfaceSubnetIPAddress", "IP address", [this] { return interface_.address; })
        .shown_as("IPV4Address");
    nodes_.integer("GevInterfaceSubnetMask", "Subnet mask", [this] { return interface_.netmask; })
        .shown_as("IPV4Address");
    nodes_.integer("GevInterfaceMTU", "Largest IP packet (vendor specific)", [this] { return interface_.mtu; })
        .unit("B");
    nodes_.category("DeviceEnumeration");
    nodes_.command("DeviceUpdateList", "Looks for devices anew",
                   [this] { update(std::chrono::milliseconds(update_timeout_.load())); });
    nodes_.integer("DeviceUpdateTimeout", "Longest time that DeviceUpdateList waits for answers", update_timeout_)
        .range(kShortestUpdate.count(), kLongestUpdate.count())
        .unit("ms");
    nodes_.integer("DeviceSelector", "Index of the device that the features below show", selected_)
        .up_to([this] { return std::max<std::int64_t>(0, static_cast<std::int64_t>(device_count()) - 1); })
        .selects({"DeviceID", "DeviceVendorName", "DeviceModelName", "DeviceSerialNumber", "DeviceUserID",
                  "DeviceAccessStatus", "DeviceTLVersionMajor", "DeviceTLVersionMinor", "GevDeviceIPAddress",
                  "GevDeviceSubnetMask", "GevDeviceGateway", "GevDeviceMACAddress", "GevDeviceForceIP"});
}

void NetworkInterface::describe_selected_device() {
    const auto text = [this](std::string net::DeviceInfo::*field) {
        return [this, field] {
            const auto device = selected();
            return device ? device->info.*field : std::string();
        };
    };
    const auto number = [this](auto net::DeviceInfo::*field) {
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
    nodes_.integer("DeviceTLVersionMajor", "Major version of GigE Vision that the selected device speaks",
                   number(&net::DeviceInfo::spec_major));
    nodes_.integer("DeviceTLVersionMinor", "Minor version of GigE Vision that the selected device speaks",
                   number(&net::DeviceInfo::spec_minor));
    nodes_.integer("GevDeviceIPAddress", "IP address of the selected device", number(&net::DeviceInfo::address))
        .shown_as("IPV4Address");
    nodes_.integer("GevDeviceSubnetMask", "Subnet mask of the selected device", number(&net::DeviceInfo::netmask))
        .shown_as("IPV4Address");
    nodes_.integer("GevDeviceGateway", "Gateway of the selected device", number(&net::DeviceInfo::gateway))
        .shown_as("IPV4Address");
    nodes_
        .integer("GevDeviceMACAddress", "Hardware address of the selected device",
                 [this] {
                     const auto device = selected();
                     return device ? mac_number(device->info.mac) : 0;
                 })
        .shown_as("MACAddress");
}

void NetworkInterface::describe_ip_configuration() {
    nodes_
        .integer("GevDeviceForceIPAddress",
                 "IP address for GevDeviceForceIP; 0.0.0.0: the one of its own configuration", force_address_)
        .range(0, kAllOnes)
        .shown_as("IPV4Address");
    nodes_.integer("GevDeviceForceSubnetMask", "Subnet mask for GevDeviceForceIP", force_netmask_)
        .range(0, kAllOnes)
        .shown_as("IPV4Address");
    nodes_.integer("GevDeviceForceGateway", "Gateway for GevDeviceForceIP; 0.0.0.0: none", force_gateway_)
        .range(0, kAllOnes)
        .shown_as("IPV4Address");
    nodes_.command("GevDeviceForceIP", "Gives the selected device the three values above until its next power-up",
                   [this] { force_ip(); });
}

void NetworkInterface::describe_actions() {
    nodes_.category("ActionControl");
    nodes_.command("ActionCommand", "Sends one action command, which all devices obey whose keys it carries",
                   [this] { fire_action(); });
    nodes_.integer("ActionDeviceKey", "Key of the devices that are to act", action_device_key_).range(0, kAllOnes);
    nodes_.integer("ActionGroupKey", "Key of the actions that are meant", action_group_key_).range(0, kAllOnes);
    nodes_.integer("ActionGroupMask", "An action is meant when its own mask has a bit in common", action_group_mask_)
        .range(0, kAllOnes);
    const auto flag = [this](const char* name, const char* doc, std::atomic<std::int64_t>& setting) {
        nodes_.boolean(name, doc, [&setting] { return setting.load(); }).to([&setting](std::int64_t on) {
            setting = on;
        });
    };
    flag("ActionScheduledTimeEnable", "The action is to happen at ActionScheduledTime, not at once", action_scheduled_);
    nodes_.integer("ActionScheduledTime", "Time of the devices' common clock, in its ticks", action_time_)
        .range(0, std::numeric_limits<std::int64_t>::max());
    nodes_
        .integer("GevActionDestinationIPAddress", "Where the command goes: to one device, or to all of a network",
                 action_destination_)
        .range(0, kAllOnes)
        .shown_as("IPV4Address");
    flag("ActionAcknowledgeRequired", "Devices are to acknowledge the command (vendor specific)", action_acknowledged_);
    const auto count = [this] { return static_cast<std::int64_t>(actions_.acknowledges().size()); };
    nodes_.integer("ActionAcknowledgeCount",
                   "Devices that have acknowledged the last command so far; those that are not meant stay silent "
                   "(vendor specific)",
                   count);
    nodes_
        .integer("ActionAcknowledgeSelector", "Index of the acknowledge that the features below show (vendor specific)",
                 selected_acknowledge_)
        .up_to([count] { return std::max<std::int64_t>(0, count() - 1); })
        .selects({"ActionAcknowledgeIPAddress", "ActionAcknowledgeStatus"});
    nodes_
        .integer("ActionAcknowledgeIPAddress", "The device that has acknowledged (vendor specific)",
                 [this]() -> std::int64_t {
                     const auto acknowledge = selected_acknowledge();
                     return acknowledge ? acknowledge->device : 0;
                 })
        .shown_as("IPV4Address");
    nodes_
        .integer("ActionAcknowledgeStatus", "Its status code, 0: it acts (vendor specific)",
                 [this]() -> std::int64_t {
                     const auto acknowledge = selected_acknowledge();
                     return acknowledge ? acknowledge->status : 0;
                 })
        .shown_as("HexNumber");
}

}  // namespace vcxg::gentl
