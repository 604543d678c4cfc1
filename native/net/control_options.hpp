// How patient both ends of a control channel are, and who else may have it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace vcxg::net {

struct ControlOptions {
    std::chrono::milliseconds ack_timeout{300};
    unsigned tries = 4;                                 // transmissions of one command, the first included
    std::chrono::milliseconds heartbeat_timeout{3000};  // silence of the device that is a loss
    // Silence of this application after which the device forgets it (register 0x0938); none: never, or as late as it can.
    std::optional<std::chrono::milliseconds> device_timeout = std::chrono::milliseconds(3000);
    // Applications with the same key may take control from each other. None: control is never let go of.
    std::optional<std::uint16_t> switchover_key{};
};

// As the user wants them: VCXG124M_HEARTBEAT_TIMEOUT (milliseconds of the device's timeout, or "off") and
// VCXG124M_CONTROL_SWITCHOVER_KEY. While a debugger is attached, the device's timeout is five minutes unless asked otherwise.
[[nodiscard]] ControlOptions control_options_from_environment();

}  // namespace vcxg::net
