#include "net/control_options.hpp"

#include <algorithm>

#include "net/debugger.hpp"
#include "net/environment.hpp"

namespace vcxg::net {
namespace {

using std::chrono::milliseconds;

// While a debugger holds the application, nobody answers for it; a device is locked that long if the application then dies.
constexpr milliseconds kDebuggerTimeout = std::chrono::minutes(5);

}  // namespace

ControlOptions control_options_from_environment() {
    constexpr const char* kTimeout = "VCXG124M_HEARTBEAT_TIMEOUT";
    ControlOptions options;
    if (text_from_environment(kTimeout) == "off") {
        options.device_timeout = std::nullopt;
    } else if (const auto timeout = number_from_environment(kTimeout, 500, 0xFFFFFFFF)) {
        options.device_timeout = milliseconds(*timeout);
        options.heartbeat_timeout = std::min(options.heartbeat_timeout, milliseconds(*timeout));
    } else if (debugger_attached()) {
        options.device_timeout = kDebuggerTimeout;
    }
    if (const auto key = number_from_environment("VCXG124M_CONTROL_SWITCHOVER_KEY", 0, 0xFFFF)) {
        options.switchover_key = static_cast<std::uint16_t>(*key);
    }
    return options;
}

}  // namespace vcxg::net
