#include "net/packet_size.hpp"

#include <array>
#include <chrono>

#include "gige/gvsp.hpp"
#include "gige/packet_size_search.hpp"
#include "gige/registers.hpp"
#include "net/failure.hpp"

namespace vcxg::net {
namespace {

namespace registers = gige::registers;
using Clock = std::chrono::steady_clock;

bool is_refusal(const Failure& failure) noexcept {
    return failure.kind() == Failure::Kind::refused || failure.kind() == Failure::Kind::access_denied;
}

class Negotiation {
public:
    Negotiation(ControlChannel& control, StreamSocket& socket, std::uint32_t channel)
        : control_(control),
          socket_(socket),
          channel_(channel),
          original_(control.read_register(channel + registers::kStreamPacketSize)) {}

    PacketSize settle(std::uint16_t largest) {
        const auto original_size = static_cast<std::uint16_t>(original_ & registers::kPacketSizeMask);
        gige::PacketSizeSearch found{original_size, false};
        try {
            control_.write_register(channel_ + registers::kStreamDestination, control_.interface().address);
            control_.write_register(channel_ + registers::kStreamPort, socket_.port());
            open_firewall();
            found = gige::find_packet_size(original_size, largest, [this](std::uint16_t size) { return probe(size); });
            leave(found);
        } catch (const Failure& failure) {
            restore();
            if (!is_refusal(failure)) {
                throw;
            }
            found = {original_size, false};
        } catch (...) {
            restore();
            throw;
        }
        const std::uint32_t in_force = size_in_force();
        return {static_cast<std::uint16_t>(in_force), found.proven && in_force == found.size};
    }

private:
    // A firewall of this host lets test packets in once something has gone out to where they come from.
    void open_firewall() {
        if ((control_.read_register(registers::kStreamChannelCapability) & registers::kStreamKnowsSourcePort) == 0) {
            return;
        }
        const auto port = static_cast<std::uint16_t>(control_.read_register(channel_ + registers::kStreamSourcePort));
        if (port != 0) {
            constexpr std::array<std::byte, 8> kNothing{};
            socket_.send_to({control_.device(), port}, kNothing);
        }
    }

    [[nodiscard]] std::uint32_t size_in_force() {
        return control_.read_register(channel_ + registers::kStreamPacketSize) & registers::kPacketSizeMask;
    }

    [[nodiscard]] std::uint32_t without_test(std::uint16_t size) const noexcept {
        return (original_ & ~(registers::kPacketSizeFireTest | registers::kPacketSizeMask)) | size;
    }

    // A size that was proven is proven for packets that nobody cuts.
    void leave(const gige::PacketSizeSearch& found) {
        const std::uint32_t whole = found.proven ? registers::kPacketSizeDoNotFragment : 0;
        control_.write_register(channel_ + registers::kStreamPacketSize, without_test(found.size) | whole);
        control_.write_register(channel_ + registers::kStreamPort, 0);
    }

    void restore() noexcept {
        const auto original = without_test(static_cast<std::uint16_t>(original_ & registers::kPacketSizeMask));
        write_stubbornly(channel_ + registers::kStreamPacketSize, original);
        write_stubbornly(channel_ + registers::kStreamPort, 0);
    }

    // Beyond the tries of one command: what disturbed the negotiation may disturb its end.
    void write_stubbornly(std::uint32_t address, std::uint32_t value) noexcept {
        constexpr int kAttempts = 3;
        for (int attempt = 0; attempt < kAttempts && !control_.lost(); ++attempt) {
            try {
                control_.write_register(address, value);
                return;
            } catch (const Failure&) {
                continue;  // what is reported is the failure that led here
            }
        }
    }

    // The first wait is ample for any camera; the later ones are for a machine that is busy with something else.
    std::uint16_t probe(std::uint16_t wanted) {
        using namespace std::chrono_literals;
        for (const auto patience : {20ms, 40ms, 80ms}) {
            try {
                control_.write_register(
                    channel_ + registers::kStreamPacketSize,
                    without_test(wanted) | registers::kPacketSizeFireTest | registers::kPacketSizeDoNotFragment);
            } catch (const Failure& failure) {
                if (!is_refusal(failure)) {
                    throw;
                }
                return 0;
            }
            const auto size = static_cast<std::uint16_t>(size_in_force());
            if (size > gige::gvsp::kIpAndUdpHeaders &&
                arrives(size - gige::gvsp::kIpAndUdpHeaders, Clock::now() + patience)) {
                return size;
            }
        }
        return 0;
    }

    [[nodiscard]] bool arrives(std::size_t length, Clock::time_point deadline) {
        while (true) {
            const bool last_look = Clock::now() >= deadline;
            for (auto bursts = socket_.take(); !bursts.empty(); bursts = socket_.take()) {
                for (const Burst& burst : bursts) {
                    if (burst.sender.address == control_.device() && burst.segment == length) {
                        return true;
                    }
                }
            }
            if (last_look) {
                return false;
            }
            socket_.wait(deadline);
        }
    }

    ControlChannel& control_;
    StreamSocket& socket_;
    std::uint32_t channel_;
    std::uint32_t original_;
};

}  // namespace

PacketSize negotiate_packet_size(ControlChannel& control, StreamSocket& socket, std::uint32_t channel_registers,
                                 std::uint16_t largest) {
    return Negotiation(control, socket, channel_registers).settle(largest);
}

}  // namespace vcxg::net
