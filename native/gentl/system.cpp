#include "gentl/system.hpp"

#include <algorithm>

#include "gentl/event_types.hpp"

namespace vcxg::gentl {

std::string interface_id(const net::Interface& interface) {
    return interface.name + "_" + net::to_string(interface.address);
}

std::string interface_display_name(const net::Interface& interface) {
    return interface.name + " (" + net::to_string(interface.address) + ")";
}

std::int64_t mac_number(const std::array<std::uint8_t, 6>& mac) {
    std::int64_t number = 0;
    for (const std::uint8_t byte : mac) number = (number << 8) | byte;
    return number;
}

InfoValue interface_info_of(const net::Interface& interface, Command command) {
    switch (command) {
        case interface_info::id:
            return InfoValue::text(interface_id(interface));
        case interface_info::display_name:
            return InfoValue::text(interface_display_name(interface));
        case interface_info::tl_type:
            return InfoValue::text(kTlType);
        default:
            unknown_command("interface", command);
    }
}

System::System()
    : ModulePort({.port_name = "TLPort",
                  .file_name = "vcxg124m_system.xml",
                  .model = "System",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1001"}) {
    describe();
}

PortFacts System::facts() const {
    return {.id = kProducerId,
            .vendor = kVendor,
            .model = kProducerModel,
            .version = kVersion,
            .module = "TLSystem",
            .port_name = nodes_.port_name()};
}

void System::describe() {
    nodes_.category("SystemInformation");
    nodes_.text("TLID", "Identifier of the producer", [] { return kProducerId; });
    nodes_.text("TLVendorName", "Vendor of the producer", [] { return kVendor; });
    nodes_.text("TLModelName", "Name of the producer", [] { return kProducerModel; });
    nodes_.text("TLVersion", "Version of the producer", [] { return kVersion; });
    nodes_.text("TLFileName", "Name of the producer's file", [] { return producer_file_name(); });
    nodes_.text("TLDisplayName", "Name of the producer for people", [] { return kProducerModel; });
    nodes_.text("TLPath", "Path of the producer's file", [] { return producer_path(); }).length(0xF00);
    nodes_.enumeration("TLType", "Transport layer technology", {{"GigEVision", 1}}, [] { return 1; });
    nodes_.integer("GenTLVersionMajor", "Major version of the GenTL interface", [] { return kGenTlMajor; });
    nodes_.integer("GenTLVersionMinor", "Minor version of the GenTL interface", [] { return kGenTlMinor; });
    nodes_.integer("GenTLSFNCVersionMajor", "Major version of the GenTL SFNC that names these features",
                   [] { return 1; });
    nodes_.integer("GenTLSFNCVersionMinor", "Minor version of the GenTL SFNC", [] { return 2; });
    nodes_.category("InterfaceEnumeration");
    nodes_.command("InterfaceUpdateList", "Looks for interfaces anew", [this] { update(); });
    nodes_.integer("InterfaceSelector", "Index of the interface that the features below show", selected_)
        .up_to([this] { return std::max<std::int64_t>(0, static_cast<std::int64_t>(interfaces().size()) - 1); })
        .selects({"InterfaceID", "InterfaceDisplayName", "GevInterfaceMACAddress", "GevInterfaceDefaultIPAddress",
                  "GevInterfaceDefaultSubnetMask", "GevInterfaceDefaultGateway"});
    describe_selected_interface();
    nodes_.finish();
}

void System::describe_selected_interface() {
    nodes_.text("InterfaceID", "Identifier of the selected interface, empty when there is none", [this] {
        const auto interface = selected();
        return interface ? interface_id(*interface) : std::string();
    });
    nodes_.text("InterfaceDisplayName", "Name and address of the selected interface", [this] {
        const auto interface = selected();
        return interface ? interface_display_name(*interface) : std::string();
    });
    const auto number = [this](auto&& of) {
        return [this, of]() -> std::int64_t {
            const auto interface = selected();
            return interface ? of(*interface) : 0;
        };
    };
    nodes_
        .integer("GevInterfaceMACAddress", "Hardware address of the selected interface",
                 number([](const net::Interface& i) { return mac_number(i.mac); }))
        .shown_as("MACAddress");
    nodes_
        .integer("GevInterfaceDefaultIPAddress", "IP address of the selected interface",
                 number([](const net::Interface& i) { return i.address; }))
        .shown_as("IPV4Address");
    nodes_
        .integer("GevInterfaceDefaultSubnetMask", "Subnet mask of the selected interface",
                 number([](const net::Interface& i) { return i.netmask; }))
        .shown_as("IPV4Address");
    nodes_
        .integer("GevInterfaceDefaultGateway", "Gateway of the selected interface, 0.0.0.0: none",
                 number([](const net::Interface& i) { return i.gateway; }))
        .shown_as("IPV4Address");
}

std::optional<net::Interface> System::selected() const {
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(selected_.load());
    return index < interfaces_.size() ? std::optional(interfaces_[index]) : std::nullopt;
}

bool System::update() {
    std::vector<net::Interface> found = net::interfaces();
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        changed = found != interfaces_;
        interfaces_ = std::move(found);
    }
    if (changed) fire(event_type::module, ModuleEvent::data(module_event_id::kInterfaceListChanged));
    return changed;
}

std::shared_ptr<Event> System::open_event(std::int32_t type) {
    return type == event_type::module ? std::make_shared<ModuleEvent>() : nullptr;
}

std::vector<net::Interface> System::interfaces() const {
    const std::lock_guard lock(mutex_);
    return interfaces_;
}

net::Interface System::interface(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    if (index >= interfaces_.size()) {
        throw Error(code::kInvalidIndex, "interface " + std::to_string(index) + " of " +
                                             std::to_string(interfaces_.size()) + " does not exist");
    }
    return interfaces_[index];
}

net::Interface System::interface(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    for (const auto& interface : interfaces_) {
        if (interface_id(interface) == id) return interface;
    }
    throw Error(code::kInvalidId, "no interface \"" + id + "\" in the list; update the interface list");
}

}  // namespace vcxg::gentl
