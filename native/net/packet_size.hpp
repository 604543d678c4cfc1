// Settles the packet size of a stream channel with the device, by test packets.
#pragma once

#include <cstdint>

#include "net/control_channel.hpp"
#include "net/stream_socket.hpp"

namespace vcxg::net {

struct PacketSize {
    std::uint16_t in_force = 0;
    bool proven = false;  // a test packet of that size arrived here
};

// Leaves the channel closed (SCP = 0) and the device on the size found, on its old one when there was nothing to find, and
// never on a probe. A device that refuses to have its size changed keeps it. Throws what the control channel throws when the
// device does not answer.
[[nodiscard]] PacketSize negotiate_packet_size(ControlChannel& control, StreamSocket& socket,
                                               std::uint32_t channel_registers, std::uint16_t largest);

}  // namespace vcxg::net
