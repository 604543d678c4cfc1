// The system module: the producer itself, and the IPv4 interfaces of this machine.
#pragma once

#include <array>
#include <optional>

#include "gentl/event_source.hpp"
#include "gentl/library.hpp"
#include "gentl/node_map.hpp"
#include "net/discovery.hpp"

namespace vcxg::gentl {

[[nodiscard]] std::string interface_id(const net::Interface& interface);
[[nodiscard]] std::string interface_display_name(const net::Interface& interface);
[[nodiscard]] std::int64_t mac_number(const std::array<std::uint8_t, 6>& mac);
[[nodiscard]] InfoValue interface_info_of(const net::Interface& interface, Command command);

class System final : public ModulePort, public EventSource {
public:
    static constexpr const char* kKind = "system";
    System();
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override { claim_.release(); }
    [[nodiscard]] PortFacts facts() const override;

    bool update();  // true when the list changed
    [[nodiscard]] std::vector<net::Interface> interfaces() const;
    [[nodiscard]] net::Interface interface(std::size_t index) const;      // kInvalidIndex
    [[nodiscard]] net::Interface interface(const std::string& id) const;  // kInvalidId

private:
    [[nodiscard]] std::shared_ptr<Event> open_event(std::int32_t type) override;
    void describe();
    void describe_selected_interface();
    [[nodiscard]] std::optional<net::Interface> selected() const;

    Claim claim_{"system", "the system"};
    mutable std::mutex mutex_;
    std::vector<net::Interface> interfaces_;
    std::atomic<std::int64_t> selected_ = 0;
};

}  // namespace vcxg::gentl
