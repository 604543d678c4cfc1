// The interface module: one IPv4 interface and the GigE Vision devices that answer on it.
#pragma once

#include <chrono>
#include <optional>

#include "gentl/system.hpp"

namespace vcxg::gentl {

// A device on the list of an interface.
struct ListedDevice {
    std::string id;  // manufacturer's MAC and serial number; with the IP address where two devices share both
    net::DeviceInfo info;
    std::optional<net::AccessStatus> access;  // asked from the device once after an update, when somebody wants to know
};

[[nodiscard]] std::string device_claim(const net::DeviceInfo& info);  // key of the Claim that an open device holds
[[nodiscard]] std::string device_display_name(const net::DeviceInfo& info);
[[nodiscard]] InfoValue device_identity(const std::string& id, const net::DeviceInfo& info, Command command);
[[nodiscard]] NodeMap::Entries access_entries();  // of the feature DeviceAccessStatus
[[nodiscard]] std::int64_t mac_number(const std::array<std::uint8_t, 6>& mac);

class NetworkInterface final : public ModulePort {
public:
    static constexpr const char* kKind = "interface";
    NetworkInterface(std::shared_ptr<System> system, net::Interface interface);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override { claim_.release(); }
    [[nodiscard]] PortFacts facts() const override;

    bool update(std::chrono::milliseconds timeout);  // true when the list changed
    [[nodiscard]] std::size_t device_count() const;
    [[nodiscard]] ListedDevice device(std::size_t index) const;      // kInvalidIndex
    [[nodiscard]] ListedDevice device(const std::string& id) const;  // kInvalidId
    [[nodiscard]] std::int32_t access_status(const ListedDevice& device);
    [[nodiscard]] InfoValue device_info(const std::string& id, Command command);

    [[nodiscard]] const net::Interface& address() const noexcept { return interface_; }
    [[nodiscard]] const std::shared_ptr<System>& system() const noexcept { return system_; }

private:
    void describe();
    void describe_selected_device();
    [[nodiscard]] std::optional<ListedDevice> selected() const;

    std::shared_ptr<System> system_;
    net::Interface interface_;
    Claim claim_;
    mutable std::mutex mutex_;
    std::vector<ListedDevice> devices_;
    std::int64_t selected_ = 0;
};

}  // namespace vcxg::gentl
