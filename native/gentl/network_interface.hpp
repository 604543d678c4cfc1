// The interface module: one IPv4 interface and the GigE Vision devices that answer on it.
#pragma once

#include <chrono>

#include "net/action.hpp"

#include "gentl/listed_device.hpp"
#include "gentl/system.hpp"

namespace vcxg::gentl {

// Shorter leaves no time for an answer; longer is no use, because devices answer at once or after a delay below one second.
inline constexpr std::chrono::milliseconds kShortestUpdate{50}, kLongestUpdate{2000};

class NetworkInterface final : public ModulePort, public EventSource {
public:
    static constexpr const char* kKind = "interface";
    NetworkInterface(std::shared_ptr<System> system, net::Interface interface);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override { claim_.release(); }
    [[nodiscard]] PortFacts facts() const override;

    // True when the list changed. `also_ask`: an address to ask besides those that are always asked.
    bool update(std::chrono::milliseconds timeout, net::Ipv4 also_ask = 0);
    [[nodiscard]] std::size_t device_count() const;
    [[nodiscard]] ListedDevice device(std::size_t index) const;      // kInvalidIndex
    [[nodiscard]] ListedDevice device(const std::string& id) const;  // kInvalidId
    [[nodiscard]] std::int32_t access_status(const ListedDevice& device);
    [[nodiscard]] InfoValue device_info(const std::string& id, Command command);

    [[nodiscard]] const net::Interface& address() const noexcept { return interface_; }
    [[nodiscard]] const std::shared_ptr<System>& system() const noexcept { return system_; }

private:
    [[nodiscard]] std::shared_ptr<Event> open_event(std::int32_t type) override;
    void describe();
    void describe_selected_device();
    void describe_ip_configuration();
    void describe_actions();
    void force_ip();
    void fire_action();
    [[nodiscard]] std::optional<net::ActionAcknowledge> selected_acknowledge();
    [[nodiscard]] std::optional<ListedDevice> selected() const;

    std::shared_ptr<System> system_;
    net::Interface interface_;
    Claim claim_;
    mutable std::mutex mutex_;
    std::vector<ListedDevice> devices_;
    std::atomic<std::int64_t> selected_ = 0, gateway_ = 0, subnet_ = 0, update_timeout_ = 1000;
    std::atomic<std::int64_t> force_address_ = 0, force_netmask_ = 0, force_gateway_ = 0;
    net::ActionSender actions_;
    std::atomic<std::int64_t> action_device_key_ = 0, action_group_key_ = 0, action_group_mask_ = 0xFFFFFFFF,
                              action_destination_, action_time_ = 0, action_scheduled_ = 0, action_acknowledged_ = 1,
                              selected_acknowledge_ = 0;
};

}  // namespace vcxg::gentl
