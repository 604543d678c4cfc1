#include "gentl/network_interface.hpp"

#include <algorithm>

#include "net/force_ip.hpp"

#include "gentl/event_types.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::chrono::milliseconds kAccessTimeout{200};

std::int32_t to_gentl(net::AccessStatus status) noexcept {
    switch (status) {
        case net::AccessStatus::read_write:
            return access_status::read_write;
        case net::AccessStatus::read_only:
            return access_status::read_only;
        case net::AccessStatus::no_access:
            return access_status::busy;  // another application has exclusive access
        case net::AccessStatus::unknown:
            break;
    }
    return access_status::unknown;
}

// One that every device of the network hears, and hears once.
net::Ipv4 broadcast_address(const net::Interface& interface) noexcept {
    return interface.netmask < 0xFFFFFFFE ? interface.address | ~interface.netmask : 0xFFFFFFFF;
}

}  // namespace

NetworkInterface::NetworkInterface(std::shared_ptr<System> system, net::Interface interface)
    : ModulePort({.port_name = "InterfacePort",
                  .file_name = "vcxg124m_interface.xml",
                  .model = "Interface",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1002"}),
      system_(std::move(system)),
      interface_(std::move(interface)),
      claim_("interface " + interface_id(interface_), "interface " + interface_id(interface_)),
      actions_(interface_.address),
      action_destination_(broadcast_address(interface_)) {
    describe();
    describe_selected_device();
    describe_ip_configuration();
    describe_actions();
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

bool NetworkInterface::update(std::chrono::milliseconds timeout, net::Ipv4 also_ask) {
    std::vector<net::Ipv4> unicast = net::unicast_addresses_from_environment();
    if (also_ask != 0) unicast.push_back(also_ask);
    std::vector<ListedDevice> found = listed(net::discover(interface_, unicast, timeout));
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        changed = !same_list(found, devices_);
        devices_ = std::move(found);
    }
    if (changed) fire(event_type::module, ModuleEvent::data(module_event_id::kDeviceListChanged));
    return changed;
}

std::shared_ptr<Event> NetworkInterface::open_event(std::int32_t type) {
    return type == event_type::module ? std::make_shared<ModuleEvent>() : nullptr;
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
    const auto index = static_cast<std::size_t>(selected_.load());
    return index < devices_.size() ? std::optional(devices_[index]) : std::nullopt;
}

std::int32_t NetworkInterface::access_status(const ListedDevice& device) {
    if (const auto own = Claim::note_of(device_claim(device.info))) return *own;
    if (((device.info.address ^ interface_.address) & interface_.netmask) != 0) return access_status::no_access;
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

// Another application, or this process, may hold the device: then it answers with a refusal, or is refused here.
void NetworkInterface::force_ip() {
    const auto device = selected();
    if (!device) throw Error(code::kNotAvailable, "no device is selected; update the device list");
    if (Claim::note_of(device_claim(device->info))) {
        throw Error(code::kResourceInUse, "device " + device->id + " is open in this process; close it first");
    }
    std::vector<net::Ipv4> unicast = net::unicast_addresses_from_environment();
    unicast.push_back(device->info.address);
    const net::IpSettings settings{.address = static_cast<net::Ipv4>(force_address_.load()),
                                   .netmask = static_cast<net::Ipv4>(force_netmask_.load()),
                                   .gateway = static_cast<net::Ipv4>(force_gateway_.load())};
    net::force_ip(interface_, unicast, device->info.mac, settings);
    update(std::chrono::milliseconds(update_timeout_.load()), settings.address);
}

void NetworkInterface::fire_action() {
    gige::gvcp::Action action{.device_key = static_cast<std::uint32_t>(action_device_key_.load()),
                              .group_key = static_cast<std::uint32_t>(action_group_key_.load()),
                              .group_mask = static_cast<std::uint32_t>(action_group_mask_.load())};
    if (action_scheduled_ != 0) action.time = static_cast<std::uint64_t>(action_time_.load());
    actions_.fire(static_cast<net::Ipv4>(action_destination_.load()), action, action_acknowledged_ != 0);
}

std::optional<net::ActionAcknowledge> NetworkInterface::selected_acknowledge() {
    const auto acknowledges = actions_.acknowledges();
    const auto index = static_cast<std::size_t>(selected_acknowledge_.load());
    return index < acknowledges.size() ? std::optional(acknowledges[index]) : std::nullopt;
}

}  // namespace vcxg::gentl
