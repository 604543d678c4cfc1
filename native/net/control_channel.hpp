// The GVCP control channel of one device: registers, memory, privilege and heartbeat.
// Thread safe: one command is outstanding at a time. Owns the heartbeat thread.
// Control is lost when CCP no longer reads ours, or when nothing was answered for the heartbeat timeout (a PENDING_ACK is an
// answer, and extends the wait by what it asks for). With read-only access only silence counts.
// A process that a debugger holds is lost to the device after the device's timeout, not by this side: its clock stood, too.
// Once lost, every call fails at once with Failure::lost; open a new channel to come back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gige/bytes.hpp"
#include "net/control_options.hpp"
#include "net/discovery.hpp"

namespace vcxg::net {

enum class Access { read_only, control, exclusive };

class ControlChannel {
public:
    // Binds to the interface's address, takes the privilege asked for, sets the heartbeat timeout, starts the heartbeat.
    // Throws Failure: access_denied when another application holds control, timeout, system, invalid.
    ControlChannel(const Interface& interface, Ipv4 device, Access access, ControlOptions options = {});
    ~ControlChannel();  // releases control (CCP = 0) when it is still held, never throws
    ControlChannel(const ControlChannel&) = delete;
    ControlChannel& operator=(const ControlChannel&) = delete;

    // Any length; split into READMEM / WRITEMEM of at most 536 bytes, aligned single registers by READREG / WRITEREG.
    // Unaligned reads are widened to multiples of 4. Unaligned writes are refused (Failure::invalid).
    // Throw Failure: timeout, lost, refused or access_denied (with gvcp_status), malformed, invalid.
    void read(std::uint64_t address, gige::Bytes out);
    void write(std::uint64_t address, gige::ConstBytes bytes);
    [[nodiscard]] std::uint32_t read_register(std::uint32_t address);
    void write_register(std::uint32_t address, std::uint32_t value);

    [[nodiscard]] Access access() const noexcept;  // as asked for
    [[nodiscard]] bool lost() const noexcept;
    // Called once with the reason, from the heartbeat thread, when control is lost; must not call back into the channel.
    // An empty function takes the callback away; when this returns, the one before is not running any more.
    void on_lost(std::function<void(const std::string&)> callback);

    // How patient commands are from now on: milliseconds until one is repeated, and transmissions until it fails.
    struct Patience {
        std::chrono::milliseconds ack_timeout;
        unsigned tries;
    };
    void set_patience(Patience patience);
    [[nodiscard]] Patience patience() const;

    [[nodiscard]] Ipv4 device() const noexcept;
    [[nodiscard]] const Interface& interface() const noexcept;
    [[nodiscard]] std::uint64_t timestamp_frequency();  // Hz; registers 0x093C, 0x0940

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
