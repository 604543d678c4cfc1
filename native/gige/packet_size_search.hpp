// Which packet size the path to a device carries, found by test packets. Sans-IO: firing and waiting belong to the caller.
#pragma once

#include <cstdint>
#include <functional>

namespace vcxg::gige {

struct PacketSizeSearch {
    std::uint16_t size = 0;
    bool proven = false;  // a test packet of that size arrived
};

// `probe` asks for a test packet of a size and returns the size that arrived (a device rounds down), 0 for none.
// The largest first, which is all that a sound network needs; then a known-good one, and bisection between the two.
// A device that answers neither sends no test packets: it keeps `original`.
[[nodiscard]] PacketSizeSearch find_packet_size(std::uint16_t original, std::uint16_t largest,
                                                const std::function<std::uint16_t(std::uint16_t)>& probe);

}  // namespace vcxg::gige
