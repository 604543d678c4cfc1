// GVCP, the control protocol: commands as datagrams, acknowledges read back. Sans-IO.
// Source: GigE Vision 2.0, GVCP headers, commands and status codes. All fields big-endian.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gige/bytes.hpp"

namespace vcxg::gige::gvcp {

inline constexpr std::uint16_t kPort = 3956;
inline constexpr std::size_t kHeaderSize = 8;
inline constexpr std::size_t kMaxDatagram = 548;  // 576 bytes of IP packet: never fragmented
inline constexpr std::size_t kMaxMemory = 536;    // bytes of one READMEM or WRITEMEM
inline constexpr std::size_t kMemoryStep = 512;   // what peers use, and what divides XML files evenly
inline constexpr std::size_t kDiscoveryDataSize = 248;

enum class Command : std::uint16_t {
    discovery = 0x0002,
    force_ip = 0x0004,
    read_register = 0x0080,
    write_register = 0x0082,
    read_memory = 0x0084,
    write_memory = 0x0086,
    event = 0x00C0,  // of the device, see message.hpp
    event_data = 0x00C2,
    action = 0x0100,
};
inline constexpr std::uint16_t kPendingAcknowledge = 0x0089;

inline constexpr std::uint16_t kSuccess = 0x0000;
inline constexpr std::uint16_t kAccessDenied = 0x8006;
inline constexpr std::uint16_t kBusy = 0x8007;
[[nodiscard]] constexpr bool is_error(std::uint16_t status) noexcept {
    return (status & 0x8000) != 0;
}

using Datagram = std::vector<std::byte>;

[[nodiscard]] Datagram discovery(std::uint16_t request_id);
[[nodiscard]] Datagram force_ip(std::uint16_t request_id, const std::array<std::uint8_t, 6>& mac, std::uint32_t address,
                                std::uint32_t netmask, std::uint32_t gateway);
[[nodiscard]] Datagram read_register(std::uint16_t request_id, std::uint32_t address);
[[nodiscard]] Datagram write_register(std::uint16_t request_id, std::uint32_t address, std::uint32_t value);
// `count` a multiple of 4, at most kMaxMemory.
[[nodiscard]] Datagram read_memory(std::uint16_t request_id, std::uint32_t address, std::uint16_t count);
[[nodiscard]] Datagram write_memory(std::uint16_t request_id, std::uint32_t address, ConstBytes bytes);

// A device acts when the device key is its own and one of its actions has the group key and a bit of the mask.
struct Action {
    std::uint32_t device_key = 0, group_key = 0, group_mask = 0;
    std::optional<std::uint64_t> time{};  // of the devices' common clock, when the action is scheduled
};
[[nodiscard]] Datagram action(std::uint16_t request_id, const Action& what, bool acknowledge);

// Gives a command that was encoded before another request id.
void set_request_id(Datagram& command, std::uint16_t request_id) noexcept;

struct Acknowledge {
    std::uint16_t status = 0;
    std::uint16_t code = 0;    // command + 1, or kPendingAcknowledge
    std::uint16_t id = 0;      // request id of the command
    std::uint16_t length = 0;  // as announced; `data` may be shorter in a truncated datagram
    ConstBytes data;
};
// None for anything that cannot be an acknowledge (too short).
[[nodiscard]] std::optional<Acknowledge> parse_acknowledge(ConstBytes datagram) noexcept;

// Content of acknowledges; none when the data do not have the form that the standard gives them.
[[nodiscard]] std::optional<std::uint32_t> register_value(const Acknowledge& acknowledge) noexcept;
[[nodiscard]] std::optional<ConstBytes> memory_content(const Acknowledge& acknowledge, std::uint32_t address,
                                                       std::size_t count) noexcept;
[[nodiscard]] std::uint16_t pending_milliseconds(const Acknowledge& acknowledge) noexcept;

// "ACCESS_DENIED (0x8006)"; the same table serves GVSP.
[[nodiscard]] std::string describe_status(std::uint16_t status);

// The identity block: DISCOVERY_ACK data, and registers 0x0000 to 0x00F7.
struct DeviceIdentity {
    std::array<std::uint8_t, 6> mac{};
    std::uint32_t address = 0, netmask = 0, gateway = 0;  // IPv4, host order
    std::uint16_t spec_major = 0, spec_minor = 0;
    std::uint32_t ip_config_supported = 0, ip_config_current = 0;
    std::string manufacturer, model, version, manufacturer_info, serial_number, user_name;
};
// Reads what is there: a field behind the end of a truncated block stays empty. None before the end of the IP address,
// without which a device cannot be reached.
[[nodiscard]] std::optional<DeviceIdentity> parse_identity(ConstBytes data);

}  // namespace vcxg::gige::gvcp
