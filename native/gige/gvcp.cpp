#include "gige/gvcp.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace vcxg::gige::gvcp {
namespace {

constexpr std::byte kKey{0x42};
constexpr std::byte kAcknowledgeRequired{0x01};
constexpr std::byte kBroadcastAcknowledge{0x10};  // of FORCEIP
constexpr std::byte kScheduled{0x80};             // of ACTION

Datagram command(Command code, std::uint16_t request_id, std::size_t data_size) {
    Datagram datagram(kHeaderSize + data_size);
    datagram[0] = kKey;
    datagram[1] = kAcknowledgeRequired;
    put_be<std::uint16_t>(datagram, 2, static_cast<std::uint16_t>(code));
    put_be<std::uint16_t>(datagram, 4, static_cast<std::uint16_t>(data_size));
    put_be<std::uint16_t>(datagram, 6, request_id);
    return datagram;
}

struct StatusName {
    std::uint16_t status;
    std::string_view name;
};

constexpr std::array kStatusNames{
    StatusName{0x0000, "SUCCESS"},
    StatusName{0x0100, "PACKET_RESEND"},
    StatusName{0x8001, "NOT_IMPLEMENTED"},
    StatusName{0x8002, "INVALID_PARAMETER"},
    StatusName{0x8003, "INVALID_ADDRESS"},
    StatusName{0x8004, "WRITE_PROTECT"},
    StatusName{0x8005, "BAD_ALIGNMENT"},
    StatusName{0x8006, "ACCESS_DENIED"},
    StatusName{0x8007, "BUSY"},
    StatusName{0x8008, "LOCAL_PROBLEM"},
    StatusName{0x8009, "MSG_MISMATCH"},
    StatusName{0x800A, "INVALID_PROTOCOL"},
    StatusName{0x800B, "NO_MSG"},
    StatusName{0x800C, "PACKET_UNAVAILABLE"},
    StatusName{0x800D, "DATA_OVERRUN"},
    StatusName{0x800E, "INVALID_HEADER"},
    StatusName{0x800F, "WRONG_CONFIG"},
    StatusName{0x8010, "PACKET_NOT_YET_AVAILABLE"},
    StatusName{0x8011, "PACKET_AND_PREV_REMOVED_FROM_MEMORY"},
    StatusName{0x8012, "PACKET_REMOVED_FROM_MEMORY"},
    StatusName{0x8013, "NO_REF_TIME"},
    StatusName{0x8014, "PACKET_TEMPORARILY_UNAVAILABLE"},
    StatusName{0x8015, "OVERFLOW"},
    StatusName{0x8016, "ACTION_LATE"},
    StatusName{0x8017, "LEADER_TRAILER_OVERFLOW"},
    StatusName{0x8FFF, "ERROR"},
};

// NUL-padded text of a fixed field; what of it lies behind the end of the block is empty.
std::string text_field(ConstBytes data, std::size_t offset, std::size_t size) {
    if (offset >= data.size()) {
        return {};
    }
    const ConstBytes field = data.subspan(offset, std::min(size, data.size() - offset));
    const auto end = std::find(field.begin(), field.end(), std::byte{0});
    std::string text(static_cast<std::size_t>(end - field.begin()), '\0');
    std::memcpy(text.data(), field.data(), text.size());
    return text;
}

template <typename Integer>
Integer number_field(ConstBytes data, std::size_t offset) noexcept {
    return has(data, offset, sizeof(Integer)) ? get_be<Integer>(data, offset) : Integer{0};
}

}  // namespace

Datagram discovery(std::uint16_t request_id) {
    return command(Command::discovery, request_id, 0);
}

Datagram force_ip(std::uint16_t request_id, const std::array<std::uint8_t, 6>& mac, std::uint32_t address,
                  std::uint32_t netmask, std::uint32_t gateway) {
    Datagram datagram = command(Command::force_ip, request_id, 56);
    datagram[1] |= kBroadcastAcknowledge;  // the device may have no address from which it reaches this host alone
    std::transform(mac.begin(), mac.end(), datagram.begin() + 10, [](std::uint8_t byte) { return std::byte{byte}; });
    put_be(Bytes(datagram), 28, address);
    put_be(Bytes(datagram), 44, netmask);
    put_be(Bytes(datagram), 60, gateway);
    return datagram;
}

Datagram read_register(std::uint16_t request_id, std::uint32_t address) {
    Datagram datagram = command(Command::read_register, request_id, 4);
    put_be(Bytes(datagram), 8, address);
    return datagram;
}

Datagram write_register(std::uint16_t request_id, std::uint32_t address, std::uint32_t value) {
    Datagram datagram = command(Command::write_register, request_id, 8);
    put_be(Bytes(datagram), 8, address);
    put_be(Bytes(datagram), 12, value);
    return datagram;
}

Datagram read_memory(std::uint16_t request_id, std::uint32_t address, std::uint16_t count) {
    Datagram datagram = command(Command::read_memory, request_id, 8);
    put_be(Bytes(datagram), 8, address);
    put_be(Bytes(datagram), 14, count);
    return datagram;
}

Datagram write_memory(std::uint16_t request_id, std::uint32_t address, ConstBytes bytes) {
    Datagram datagram = command(Command::write_memory, request_id, 4 + bytes.size());
    put_be(Bytes(datagram), 8, address);
    std::copy(bytes.begin(), bytes.end(), datagram.begin() + 12);
    return datagram;
}

Datagram action(std::uint16_t request_id, const Action& what, bool acknowledge) {
    Datagram datagram = command(Command::action, request_id, what.time ? 20 : 12);
    if (!acknowledge) datagram[1] = std::byte{0};
    put_be(Bytes(datagram), 8, what.device_key);
    put_be(Bytes(datagram), 12, what.group_key);
    put_be(Bytes(datagram), 16, what.group_mask);
    if (what.time) {
        datagram[1] |= kScheduled;
        put_be(Bytes(datagram), 20, *what.time);
    }
    return datagram;
}

void set_request_id(Datagram& command, std::uint16_t request_id) noexcept {
    put_be(Bytes(command), 6, request_id);
}

std::optional<Acknowledge> parse_acknowledge(ConstBytes datagram) noexcept {
    if (!has(datagram, 0, kHeaderSize)) {
        return std::nullopt;
    }
    Acknowledge acknowledge;
    acknowledge.status = get_be<std::uint16_t>(datagram, 0);
    acknowledge.code = get_be<std::uint16_t>(datagram, 2);
    acknowledge.length = get_be<std::uint16_t>(datagram, 4);
    acknowledge.id = get_be<std::uint16_t>(datagram, 6);
    const std::size_t there = datagram.size() - kHeaderSize;
    acknowledge.data = datagram.subspan(kHeaderSize, std::min<std::size_t>(acknowledge.length, there));
    return acknowledge;
}

std::optional<std::uint32_t> register_value(const Acknowledge& acknowledge) noexcept {
    if (acknowledge.data.size() != 4) {
        return std::nullopt;
    }
    return get_be<std::uint32_t>(acknowledge.data, 0);
}

std::optional<ConstBytes> memory_content(const Acknowledge& acknowledge, std::uint32_t address,
                                         std::size_t count) noexcept {
    if (acknowledge.data.size() == 4 + count && get_be<std::uint32_t>(acknowledge.data, 0) == address) {
        return acknowledge.data.subspan(4);
    }
    if (acknowledge.data.size() == count) {  // some devices leave the address out
        return acknowledge.data;
    }
    return std::nullopt;
}

std::uint16_t pending_milliseconds(const Acknowledge& acknowledge) noexcept {
    return number_field<std::uint16_t>(acknowledge.data, 2);
}

std::string describe_status(std::uint16_t status) {
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), " (0x%04X)", status);
    for (const StatusName& entry : kStatusNames) {
        if (entry.status == status) {
            return std::string(entry.name) + number.data();
        }
    }
    return std::string(is_error(status) ? "unknown error" : "unknown status") + number.data();
}

std::optional<DeviceIdentity> parse_identity(ConstBytes data) {
    constexpr std::size_t kAddressOffset = 36;
    if (!has(data, kAddressOffset, 4)) {
        return std::nullopt;
    }
    DeviceIdentity identity;
    identity.spec_major = get_be<std::uint16_t>(data, 0);
    identity.spec_minor = get_be<std::uint16_t>(data, 2);
    for (std::size_t i = 0; i < identity.mac.size(); ++i) {
        identity.mac[i] = std::to_integer<std::uint8_t>(data[10 + i]);
    }
    identity.ip_config_supported = get_be<std::uint32_t>(data, 16);
    identity.ip_config_current = get_be<std::uint32_t>(data, 20);
    identity.address = get_be<std::uint32_t>(data, kAddressOffset);
    identity.netmask = number_field<std::uint32_t>(data, 52);
    identity.gateway = number_field<std::uint32_t>(data, 68);
    identity.manufacturer = text_field(data, 72, 32);
    identity.model = text_field(data, 104, 32);
    identity.version = text_field(data, 136, 32);
    identity.manufacturer_info = text_field(data, 168, 48);
    identity.serial_number = text_field(data, 216, 16);
    identity.user_name = text_field(data, 232, 16);
    return identity;
}

}  // namespace vcxg::gige::gvcp
