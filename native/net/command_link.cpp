#include "net/command_link.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "gige/registers.hpp"
#include "net/command.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
using Clock = std::chrono::steady_clock;
using Kind = Failure::Kind;
using State = gvcp::Transaction::State;

std::string hex(std::uint32_t value) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08X", value);
    return text.data();
}

std::uint32_t to_register_address(std::uint64_t address, std::size_t size) {
    if (address > 0xFFFFFFFF || size > 0x1'0000'0000 - address) {
        throw Failure(Kind::invalid, "GigE Vision addresses have 32 bits; asked for " + std::to_string(size) +
                                         " bytes at " + std::to_string(address));
    }
    return static_cast<std::uint32_t>(address);
}

std::string describe(const char* command, std::uint32_t address) {
    return std::string(command) + " " + gige::registers::describe(address);
}

}  // namespace

CommandLink::CommandLink(const Interface& interface, Ipv4 device, gvcp::RetryPolicy policy,
                         std::chrono::milliseconds loss_timeout, Loss& loss)
    : interface_(interface),
      device_(device),
      loss_timeout_(loss_timeout),
      loss_(loss),
      policy_(policy),
      socket_(interface.address) {
    socket_.connect({device_, gvcp::kPort});
}

void CommandLink::set_policy(gvcp::RetryPolicy policy) {
    const std::lock_guard lock(policy_mutex_);
    policy_ = policy;
}

gvcp::RetryPolicy CommandLink::policy() const {
    const std::lock_guard lock(policy_mutex_);
    return policy_;
}

// Sends one command and hands the acknowledge to `take` while the buffer still belongs to it.
template <typename Take>
auto CommandLink::execute(gvcp::Datagram command, const std::string& what, std::optional<unsigned> tries, Take&& take) {
    gvcp::RetryPolicy how = policy();
    how.tries = tries.value_or(how.tries);
    const std::lock_guard lock(mutex_);
    gvcp::Transaction transaction(ids_, std::move(command), how);
    run(transaction, socket_, buffer_,
        [&] { return giving_up_ || loss_.happened() || silent_for_too_long(transaction); });
    if (transaction.state() != State::answered) {
        if (silent_for_too_long(transaction)) {
            loss_.declare("nothing was answered for the heartbeat timeout of " + std::to_string(loss_timeout_.count()) +
                          " ms");
        }
        fail_when_lost();
        unanswered_ += transaction.transmissions();
        throw Failure(Kind::timeout, "no answer from " + to_string(device_) + ":" + std::to_string(gvcp::kPort) +
                                         " to " + what + " after " + std::to_string(transaction.transmissions()) +
                                         " transmissions, " + std::to_string(how.acknowledge_timeout.count()) +
                                         " ms each");
    }
    last_answer_ = Clock::now();
    unanswered_ = 0;
    const gvcp::Acknowledge& acknowledge = transaction.acknowledge();
    if (gvcp::is_error(acknowledge.status)) {
        throw Failure(acknowledge.status == gvcp::kAccessDenied ? Kind::access_denied : Kind::refused,
                      what + " refused by " + to_string(device_) + ": " + gvcp::describe_status(acknowledge.status),
                      acknowledge.status);
    }
    return take(acknowledge);
}

// Only with the mutex held. A process that was held up itself has to ask twice before it blames the device.
// A tenth earlier than the timeout, so that the loss is told within it.
bool CommandLink::silent_for_too_long(const gvcp::Transaction& transaction) const {
    return last_answer_ != Clock::time_point{} && unanswered_ + transaction.transmissions() >= 2 &&
           Clock::now() >= std::max(last_answer_, transaction.pending_until()) + loss_timeout_ * 9 / 10;
}

void CommandLink::fail_when_lost() const {
    if (loss_.happened()) {
        throw Failure(Kind::lost, "control of " + to_string(device_) + " is lost: " + loss_.reason() +
                                      "; open the device again once it answers");
    }
}

Failure CommandLink::malformed(const std::string& what, const gvcp::Acknowledge& acknowledge) const {
    return {Kind::malformed, what + ": the answer of " + to_string(device_) + " has " +
                                 std::to_string(acknowledge.data.size()) + " bytes, which does not fit the command"};
}

std::uint32_t CommandLink::read_register(std::uint32_t address) {
    const std::string what = describe("READREG", address);
    return execute(gvcp::read_register(0, address), what, {}, [&](const gvcp::Acknowledge& acknowledge) {
        const auto value = gvcp::register_value(acknowledge);
        if (!value) {
            throw malformed(what, acknowledge);
        }
        return *value;
    });
}

void CommandLink::write_register(std::uint32_t address, std::uint32_t value, std::optional<unsigned> tries) {
    execute(gvcp::write_register(0, address, value), describe("WRITEREG", address) + " = " + hex(value), tries,
            [](const gvcp::Acknowledge&) {});
}

void CommandLink::read_memory(std::uint32_t address, gige::Bytes out) {
    const std::string what = describe("READMEM", address) + ", " + std::to_string(out.size()) + " bytes";
    const auto count = static_cast<std::uint16_t>(out.size());
    execute(gvcp::read_memory(0, address, count), what, {}, [&](const gvcp::Acknowledge& acknowledge) {
        const auto content = gvcp::memory_content(acknowledge, address, out.size());
        if (!content) {
            throw malformed(what, acknowledge);
        }
        std::copy(content->begin(), content->end(), out.begin());
    });
}

void CommandLink::write_memory(std::uint32_t address, gige::ConstBytes bytes) {
    const std::string what = describe("WRITEMEM", address) + ", " + std::to_string(bytes.size()) + " bytes";
    execute(gvcp::write_memory(0, address, bytes), what, {}, [](const gvcp::Acknowledge&) {});
}

void CommandLink::read(std::uint64_t address, gige::Bytes out) {
    const std::uint32_t start = to_register_address(address, out.size());
    if (start % 4 == 0 && out.size() == 4) {
        gige::put_be(out, 0, read_register(start));
        return;
    }
    std::array<std::byte, gvcp::kMemoryStep> block{};
    std::size_t done = 0;
    while (done < out.size()) {
        const auto at = static_cast<std::uint32_t>(start + done);
        const std::size_t skip = at % 4;
        const std::size_t size = std::min((skip + out.size() - done + 3) / 4 * 4, block.size());
        const gige::Bytes part(block.data(), size);
        read_memory(static_cast<std::uint32_t>(at - skip), part);
        const std::size_t useful = std::min(size - skip, out.size() - done);
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(skip), useful,
                    out.begin() + static_cast<std::ptrdiff_t>(done));
        done += useful;
    }
}

void CommandLink::write(std::uint64_t address, gige::ConstBytes bytes, bool by_memory) {
    const std::uint32_t start = to_register_address(address, bytes.size());
    if (start % 4 != 0 || bytes.size() % 4 != 0) {
        throw Failure(Kind::invalid, "GigE Vision writes whole 32-bit registers; asked for " +
                                         std::to_string(bytes.size()) + " bytes at " + hex(start) +
                                         ": address and length must be multiples of 4");
    }
    const bool by_register = bytes.size() == 4 || !by_memory;
    const std::size_t step = by_register ? 4 : gvcp::kMemoryStep;
    for (std::size_t done = 0; done < bytes.size(); done += step) {
        const auto at = static_cast<std::uint32_t>(start + done);
        if (by_register) {
            write_register(at, gige::get_be<std::uint32_t>(bytes, done));
        } else {
            write_memory(at, bytes.subspan(done, std::min(step, bytes.size() - done)));
        }
    }
}

Clock::time_point CommandLink::last_answer() const {
    const std::lock_guard lock(mutex_);
    return last_answer_;
}

}  // namespace vcxg::net
