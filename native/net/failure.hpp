// One exception for everything the network side can report; the GenTL rim maps it to an error code.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace vcxg::net {

class Failure : public std::runtime_error {
public:
    enum class Kind {
        timeout,        // no answer within the retry budget
        lost,           // control of the device is gone (heartbeat failed, or privilege taken)
        refused,        // the device answered with an error status
        access_denied,  // another application holds control (GVCP status 0x8006)
        malformed,      // an answer that the standard does not allow
        system,         // the operating system refused (socket, bind, send)
        invalid         // the caller asked for something impossible
    };
    Failure(Kind kind, const std::string& message, std::uint16_t gvcp_status = 0)
        : std::runtime_error(message), kind_(kind), gvcp_status_(gvcp_status) {}
    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::uint16_t gvcp_status() const noexcept { return gvcp_status_; }

private:
    Kind kind_;
    std::uint16_t gvcp_status_;
};

}  // namespace vcxg::net
