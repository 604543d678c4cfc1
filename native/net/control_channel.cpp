#include "net/control_channel.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "gige/registers.hpp"
#include "gige/transaction.hpp"
#include "net/command.hpp"
#include "net/failure.hpp"
#include "net/loss.hpp"
#include "net/thread_tools.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
namespace registers = gige::registers;
using Clock = std::chrono::steady_clock;
using Kind = Failure::Kind;
using std::chrono::milliseconds;
using State = gvcp::Transaction::State;

std::string hex(std::uint32_t value) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08X", value);
    return text.data();
}

std::string describe(const char* command, std::uint32_t address) {
    return std::string(command) + " " + registers::describe(address);
}

std::uint32_t to_register_address(std::uint64_t address, std::size_t size) {
    if (address > 0xFFFFFFFF || size > 0x1'0000'0000 - address) {
        throw Failure(Kind::invalid, "GigE Vision addresses have 32 bits; asked for " + std::to_string(size) +
                                         " bytes at " + std::to_string(address));
    }
    return static_cast<std::uint32_t>(address);
}

std::uint32_t privilege_of(Access access) noexcept {
    switch (access) {
        case Access::exclusive:
            return registers::kPrivilegeExclusive;
        case Access::control:
            return registers::kPrivilegeControl;
        case Access::read_only:
            break;
    }
    return 0;
}

}  // namespace

struct ControlChannel::Impl {
    Impl(const Interface& on, Ipv4 to, Access wanted, ControlOptions with)
        : interface(on),
          device(to),
          access(wanted),
          options(with),
          loss_timeout(with.heartbeat_timeout),
          socket(on.address) {
        socket.connect({device, gvcp::kPort});
    }

    [[nodiscard]] std::string peer() const { return to_string(device) + ":" + std::to_string(gvcp::kPort); }

    // Sends one command and hands the acknowledge to `take` while the buffer still belongs to it.
    template <typename Take>
    auto execute(gvcp::Datagram command, const std::string& what, unsigned tries, Take&& take) {
        const std::lock_guard lock(command_mutex);
        gvcp::Transaction transaction(ids, std::move(command), {options.ack_timeout, tries});
        net::run(transaction, socket, buffer,
                 [&] { return closing || loss.happened() || silent_for_too_long(transaction); });
        if (transaction.state() != State::answered) {
            if (silent_for_too_long(transaction)) {
                loss.declare("nothing was answered for the heartbeat timeout of " +
                             std::to_string(loss_timeout.count()) + " ms");
            }
            fail_when_lost();
            unanswered += transaction.transmissions();
            throw Failure(Kind::timeout, "no answer from " + peer() + " to " + what + " after " +
                                             std::to_string(transaction.transmissions()) + " transmissions, " +
                                             std::to_string(options.ack_timeout.count()) + " ms each");
        }
        last_answer = Clock::now();
        unanswered = 0;
        const gvcp::Acknowledge& acknowledge = transaction.acknowledge();
        if (gvcp::is_error(acknowledge.status)) {
            throw Failure(acknowledge.status == gvcp::kAccessDenied ? Kind::access_denied : Kind::refused,
                          what + " refused by " + to_string(device) + ": " + gvcp::describe_status(acknowledge.status),
                          acknowledge.status);
        }
        return take(acknowledge);
    }

    std::uint32_t read_register(std::uint32_t address) {
        const std::string what = describe("READREG", address);
        return execute(gvcp::read_register(0, address), what, options.tries, [&](const gvcp::Acknowledge& acknowledge) {
            const auto value = gvcp::register_value(acknowledge);
            if (!value) {
                throw malformed(what, acknowledge);
            }
            return *value;
        });
    }

    void write_register(std::uint32_t address, std::uint32_t value, unsigned tries) {
        const std::string what = describe("WRITEREG", address) + " = " + hex(value);
        execute(gvcp::write_register(0, address, value), what, tries, [](const gvcp::Acknowledge&) {});
    }

    void read_memory(std::uint32_t address, gige::Bytes out) {
        const std::string what = describe("READMEM", address) + ", " + std::to_string(out.size()) + " bytes";
        const auto count = static_cast<std::uint16_t>(out.size());
        execute(gvcp::read_memory(0, address, count), what, options.tries, [&](const gvcp::Acknowledge& acknowledge) {
            const auto content = gvcp::memory_content(acknowledge, address, out.size());
            if (!content) {
                throw malformed(what, acknowledge);
            }
            std::copy(content->begin(), content->end(), out.begin());
        });
    }

    void write_memory(std::uint32_t address, gige::ConstBytes bytes) {
        const std::string what = describe("WRITEMEM", address) + ", " + std::to_string(bytes.size()) + " bytes";
        execute(gvcp::write_memory(0, address, bytes), what, options.tries, [](const gvcp::Acknowledge&) {});
    }

    [[nodiscard]] Failure malformed(const std::string& what, const gvcp::Acknowledge& acknowledge) const {
        return {Kind::malformed, what + ": the answer of " + to_string(device) + " has " +
                                     std::to_string(acknowledge.data.size()) +
                                     " bytes, which does not fit the command"};
    }

    void open();
    void read_capability();
    void take_control();
    std::string holder();
    void release() noexcept;
    void agree_on_heartbeat();
    void beat(const std::stop_token& stop);
    void check_control();

    // Only with command_mutex held. A process that was held up itself has to ask twice before it blames the device.
    // A tenth earlier than the timeout, so that the loss is told within it.
    [[nodiscard]] bool silent_for_too_long(const gvcp::Transaction& transaction) const {
        return last_answer != Clock::time_point{} && unanswered + transaction.transmissions() >= 2 &&
               Clock::now() >= std::max(last_answer, transaction.pending_until()) + loss_timeout * 9 / 10;
    }

    void fail_when_lost() const {
        if (loss.happened()) {
            throw Failure(Kind::lost, "control of " + to_string(device) + " is lost: " + loss.reason() +
                                          "; open the device again once it answers");
        }
    }

    const Interface interface;
    const Ipv4 device;
    const Access access;
    const ControlOptions options;
    milliseconds loss_timeout;
    milliseconds beat_interval{0};
    std::uint32_t capability = 0;
    bool holds_control = false;

    std::mutex command_mutex;  // one command at a time; guards what follows
    UdpSocket socket;
    gvcp::RequestIds ids;
    std::array<std::byte, 1024> buffer{};
    Clock::time_point last_answer{};  // the epoch: never
    unsigned unanswered = 0;          // transmissions since the last answer, by commands that have ended

    Loss loss;
    std::atomic<bool> closing = false;
    std::jthread heartbeat;
};

void ControlChannel::Impl::open() {
    if (access == Access::read_only) {
        read_capability();
    } else {
        take_control();
        agree_on_heartbeat();
    }
    beat_interval = loss_timeout / 4;
    heartbeat = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

void ControlChannel::Impl::read_capability() {
    capability = read_register(registers::kGvcpCapability);
}

void ControlChannel::Impl::take_control() {
    try {
        read_capability();
        holds_control = true;  // perhaps, should the answer get lost
        write_register(registers::kControlPrivilege, privilege_of(access), options.tries);
    } catch (const Failure& failure) {
        if (failure.kind() != Kind::access_denied) {
            throw;
        }
        holds_control = false;
        throw Failure(
            Kind::access_denied,
            std::string(failure.what()) + "; " + holder() + " holds control: close it there or open read-only",
            failure.gvcp_status());
    }
}

std::string ControlChannel::Impl::holder() {
    try {
        if ((capability & registers::kGvcpKnowsPrimaryApplication) != 0) {
            return to_string(read_register(registers::kPrimaryApplicationIp));
        }
    } catch (const Failure&) {
        return "an application with exclusive access";  // not even its name may be asked for
    }
    return "another application";
}

void ControlChannel::Impl::release() noexcept {
    if (!holds_control || loss.happened()) {
        return;
    }
    try {
        constexpr unsigned kTries = 2;  // a device that has gone frees itself by its heartbeat timeout
        write_register(registers::kControlPrivilege, 0, kTries);
    } catch (const Failure&) {
        holds_control = false;  // the device is gone, or released this application already
    }
}

// The device forgets a controller that was silent for its own timeout: both sides should mean the same time.
void ControlChannel::Impl::agree_on_heartbeat() {
    const auto wanted = static_cast<std::uint32_t>(options.heartbeat_timeout.count());
    std::uint32_t in_force = read_register(registers::kHeartbeatTimeout);
    if (in_force != wanted) {
        try {
            write_register(registers::kHeartbeatTimeout, wanted, options.tries);
        } catch (const Failure& failure) {
            if (failure.kind() != Kind::refused && failure.kind() != Kind::access_denied) {
                throw;
            }  // a fixed timeout is allowed; what it is was read, and is read again below
        }
        in_force = read_register(registers::kHeartbeatTimeout);
    }
    if (in_force > 0) {
        loss_timeout = std::min(options.heartbeat_timeout, milliseconds(in_force));
    }
}

void ControlChannel::Impl::beat(const std::stop_token& stop) {
    name_this_thread("vcxg-heartbeat");
    while (!stop.stop_requested()) {
        if (loss.happened()) {
            loss.tell(stop);
            continue;
        }
        Clock::time_point due;
        {
            const std::lock_guard lock(command_mutex);
            due = last_answer + beat_interval;  // any command that was answered counts
        }
        if (Clock::now() >= due) {
            check_control();
        } else {
            loss.wait_until(due, stop);
        }
    }
}

void ControlChannel::Impl::check_control() {
    try {
        const std::uint32_t privilege = read_register(registers::kControlPrivilege);
        if ((privilege & privilege_of(access)) != privilege_of(access)) {
            loss.declare("its CCP register reads " + hex(privilege) +
                         ", so it has released this application, by its own heartbeat"
                         " timeout or a restart, or another application has taken control");
        }
    } catch (const Failure& failure) {
        if (failure.kind() == Kind::access_denied && access != Access::read_only) {
            loss.declare("another application has exclusive access");
        }
        // A timeout is not yet a loss: the next beat follows at once, until the heartbeat timeout is over.
    }
}

ControlChannel::ControlChannel(const Interface& interface, Ipv4 device, Access access, ControlOptions options)
    : impl_(std::make_unique<Impl>(interface, device, access, options)) {
    try {
        impl_->open();
    } catch (...) {
        impl_->release();
        throw;
    }
}

ControlChannel::~ControlChannel() {
    impl_->closing = true;
    impl_->heartbeat.request_stop();
    impl_->heartbeat.join();
    impl_->closing = false;
    impl_->release();
}

void ControlChannel::read(std::uint64_t address, gige::Bytes out) {
    const std::uint32_t start = to_register_address(address, out.size());
    if (start % 4 == 0 && out.size() == 4) {
        gige::put_be(out, 0, impl_->read_register(start));
        return;
    }
    std::array<std::byte, gvcp::kMemoryStep> block{};
    std::size_t done = 0;
    while (done < out.size()) {
        const auto at = static_cast<std::uint32_t>(start + done);
        const std::size_t skip = at % 4;
        const std::size_t size = std::min((skip + out.size() - done + 3) / 4 * 4, block.size());
        const gige::Bytes part(block.data(), size);
        impl_->read_memory(static_cast<std::uint32_t>(at - skip), part);
        const std::size_t useful = std::min(size - skip, out.size() - done);
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(skip), useful,
                    out.begin() + static_cast<std::ptrdiff_t>(done));
        done += useful;
    }
}

void ControlChannel::write(std::uint64_t address, gige::ConstBytes bytes) {
    const std::uint32_t start = to_register_address(address, bytes.size());
    if (start % 4 != 0 || bytes.size() % 4 != 0) {
        throw Failure(Kind::invalid, "GigE Vision writes whole 32-bit registers; asked for " +
                                         std::to_string(bytes.size()) + " bytes at " + hex(start) +
                                         ": address and length must be multiples of 4");
    }
    const bool by_register = bytes.size() == 4 || (impl_->capability & registers::kGvcpCanWriteMemory) == 0;
    const std::size_t step = by_register ? 4 : gvcp::kMemoryStep;
    for (std::size_t done = 0; done < bytes.size(); done += step) {
        const auto at = static_cast<std::uint32_t>(start + done);
        if (by_register) {
            impl_->write_register(at, gige::get_be<std::uint32_t>(bytes, done), impl_->options.tries);
        } else {
            impl_->write_memory(at, bytes.subspan(done, std::min(step, bytes.size() - done)));
        }
    }
}

std::uint32_t ControlChannel::read_register(std::uint32_t address) {
    return impl_->read_register(address);
}

void ControlChannel::write_register(std::uint32_t address, std::uint32_t value) {
    impl_->write_register(address, value, impl_->options.tries);
}

Access ControlChannel::access() const noexcept {
    return impl_->access;
}

bool ControlChannel::lost() const noexcept {
    return impl_->loss.happened();
}

void ControlChannel::on_lost(std::function<void()> callback) {
    impl_->loss.set_callback(std::move(callback));
}

Ipv4 ControlChannel::device() const noexcept {
    return impl_->device;
}

const Interface& ControlChannel::interface() const noexcept {
    return impl_->interface;
}

std::uint64_t ControlChannel::timestamp_frequency() {
    const std::uint64_t high = impl_->read_register(registers::kTimestampFrequencyHigh);
    return (high << 32) | impl_->read_register(registers::kTimestampFrequencyLow);
}

}  // namespace vcxg::net
