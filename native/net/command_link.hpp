// GVCP commands to one device: one outstanding at a time, retried, every answer checked. Thread safe.
// Notices when nothing was answered for too long, and declares the loss. Knows no privilege and has no thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "gige/transaction.hpp"
#include "net/discovery.hpp"
#include "net/failure.hpp"
#include "net/loss.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {

class CommandLink {
public:
    CommandLink(const Interface& interface, Ipv4 device, gige::gvcp::RetryPolicy policy,
                std::chrono::milliseconds loss_timeout, Loss& loss);

    // Throw Failure: timeout, lost, refused or access_denied (with gvcp_status), malformed.
    [[nodiscard]] std::uint32_t read_register(std::uint32_t address);
    // With other tries than the policy's, if given.
    void write_register(std::uint32_t address, std::uint32_t value, std::optional<unsigned> tries = {});
    // Any length; split into READMEM / WRITEMEM of at most 536 bytes, aligned single registers by READREG / WRITEREG.
    // Unaligned reads are widened to multiples of 4. Unaligned writes are refused (Failure::invalid).
    void read(std::uint64_t address, gige::Bytes out);
    void write(std::uint64_t address, gige::ConstBytes bytes, bool by_memory);  // the device knows WRITEMEM, or not

    [[nodiscard]] Ipv4 device() const noexcept { return device_; }
    [[nodiscard]] Endpoint local() const noexcept { return {interface_.address, socket_.port()}; }
    [[nodiscard]] const Interface& interface() const noexcept { return interface_; }

    // Of the commands from now on. Any thread, any time.
    void set_policy(gige::gvcp::RetryPolicy policy);
    [[nodiscard]] gige::gvcp::RetryPolicy policy() const;

    // Silence of the device that is a loss. To be set before other threads use the link.
    void set_loss_timeout(std::chrono::milliseconds timeout) noexcept { loss_timeout_ = timeout; }
    [[nodiscard]] std::chrono::milliseconds loss_timeout() const noexcept { return loss_timeout_; }
    [[nodiscard]] std::chrono::steady_clock::time_point last_answer() const;
    // While set, a command under way gives up: nobody waits for its answer.
    void give_up(bool now) noexcept { giving_up_ = now; }

private:
    void read_memory(std::uint32_t address, gige::Bytes out);
    void write_memory(std::uint32_t address, gige::ConstBytes bytes);
    template <typename Take>
    auto execute(gige::gvcp::Datagram command, const std::string& what, std::optional<unsigned> tries, Take&& take);
    [[nodiscard]] bool silent_for_too_long(const gige::gvcp::Transaction& transaction) const;
    void fail_when_lost() const;
    [[nodiscard]] Failure malformed(const std::string& what, const gige::gvcp::Acknowledge& acknowledge) const;

    const Interface interface_;
    const Ipv4 device_;
    std::chrono::milliseconds loss_timeout_;
    Loss& loss_;
    std::atomic<bool> giving_up_ = false;

    mutable std::mutex policy_mutex_;
    gige::gvcp::RetryPolicy policy_;

    mutable std::mutex mutex_;  // one command at a time; guards what follows
    UdpSocket socket_;
    gige::gvcp::RequestIds ids_;
    std::array<std::byte, 1024> buffer_{};
    std::chrono::steady_clock::time_point last_answer_{};  // the epoch: never
    unsigned unanswered_ = 0;  // transmissions since the last answer, by commands that have ended
};

}  // namespace vcxg::net
