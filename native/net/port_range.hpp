// Which UDP ports of this host may be taken, and the way to take one.
#pragma once

#include <cstdint>

#include "net/failure.hpp"

namespace vcxg::net {

// Both inclusive; the first free one is taken. 0 to 0: the system chooses.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    friend bool operator==(const PortRange&, const PortRange&) = default;
};

// What `bind` makes of the first port that it does not fail with; where it fails with all, the last one's failure.
template <typename Bind>
[[nodiscard]] auto bound_to_first_free(PortRange ports, Bind bind) {
    for (std::uint32_t port = ports.first; port < ports.last; ++port) {
        try {
            return bind(static_cast<std::uint16_t>(port));
        } catch (const Failure&) {
            continue;  // taken
        }
    }
    return bind(ports.last);
}

}  // namespace vcxg::net
