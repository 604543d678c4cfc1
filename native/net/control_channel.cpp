#include "net/control_channel.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stop_token>
#include <thread>
#include <utility>

#include "gige/registers.hpp"
#include "net/command_link.hpp"
#include "net/failure.hpp"
#include "net/loss.hpp"
#include "net/thread_tools.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
namespace registers = gige::registers;
using Clock = std::chrono::steady_clock;
using Kind = Failure::Kind;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Instead of no timeout at all, for devices that always want one.
constexpr milliseconds kLongestTimeout = 24h;

std::string hex(std::uint32_t value) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08X", value);
    return text.data();
}

}  // namespace

struct ControlChannel::Impl {
    Impl(const Interface& on, Ipv4 to, Access wanted, ControlOptions with)
        : access(wanted), options(with), link(on, to, {with.ack_timeout, with.tries}, with.heartbeat_timeout, loss) {}

    [[nodiscard]] bool can(std::uint32_t bit) const noexcept { return (capability & bit) != 0; }

    void open();
    void read_capability() { capability = link.read_register(registers::kGvcpCapability); }
    void take_control();
    void write_privilege();
    void allow_switchover();
    std::string holder();
    void release() noexcept;
    void configure();
    void agree_on_heartbeat();
    void write_if_allowed(std::uint32_t address, std::uint32_t value);
    void beat(const std::stop_token& stop);
    void check_control();
    void ask_for_primary_application();
    [[nodiscard]] bool is_primary_application();

    const Access access;
    const ControlOptions options;
    std::uint32_t capability = 0;
    std::uint32_t configuration = 0;
    std::uint32_t privilege = 0;  // what CCP must read; 0: nothing is held
    bool holds_control = false;
    bool heartbeat_disabled = false;
    bool seen_as_primary = false;  // the device has named this socket as its primary application

    Loss loss;
    CommandLink link;
    std::jthread heartbeat;
};

void ControlChannel::Impl::open() {
    if (access == Access::read_only) {
        read_capability();
    } else {
        take_control();
        configure();
        agree_on_heartbeat();
        ask_for_primary_application();
    }
    heartbeat = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

void ControlChannel::Impl::take_control() {
    try {
        read_capability();
        holds_control = true;  // perhaps, should the answer get lost
        write_privilege();
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
    if (options.switchover_key && access == Access::control) {
        allow_switchover();
    }
}

// With a key, control is also taken from an application that lets go of it for that key.
void ControlChannel::Impl::write_privilege() {
    privilege = access == Access::exclusive ? registers::kPrivilegeExclusive : registers::kPrivilegeControl;
    try {
        link.write_register(registers::kControlPrivilege, privilege);
    } catch (const Failure& failure) {
        if (failure.kind() != Kind::access_denied || !options.switchover_key) {
            throw;
        }
        link.write_register(registers::kControlPrivilege, std::uint32_t{*options.switchover_key} << 16 | privilege);
    }
}

// The key first: what is allowed without it would be allowed to everybody.
void ControlChannel::Impl::allow_switchover() {
    if (!can(registers::kGvcpCanSwitchOver) || !can(registers::kGvcpKnowsPrimaryApplication)) {
        throw Failure(Kind::invalid,
                      to_string(link.device()) + " offers no control switchover; open it without a switchover key");
    }
    link.write_register(registers::kSwitchoverKey, *options.switchover_key);
    link.write_register(registers::kControlPrivilege, privilege | registers::kPrivilegeSwitchover);
    privilege |= registers::kPrivilegeSwitchover;
}

std::string ControlChannel::Impl::holder() {
    try {
        if (can(registers::kGvcpKnowsPrimaryApplication)) {
            return to_string(link.read_register(registers::kPrimaryApplicationIp));
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
        if (heartbeat_disabled) {
            link.write_register(registers::kGvcpConfiguration, configuration & ~registers::kConfigurationNoHeartbeat,
                                kTries);
        }
        link.write_register(registers::kControlPrivilege, 0, kTries);
    } catch (const Failure&) {
        holds_control = false;  // the device is gone, or released this application already
    }
}

// A device may ask for patience only where it was told that it may; without its own heartbeat timeout it forgets nobody.
void ControlChannel::Impl::configure() {
    std::uint32_t mask = can(registers::kGvcpCanPend) ? registers::kConfigurationPending : 0;
    std::uint32_t wanted = mask;
    if (can(registers::kGvcpCanDisableHeartbeat)) {
        mask |= registers::kConfigurationNoHeartbeat;
        wanted |= options.device_timeout ? 0 : registers::kConfigurationNoHeartbeat;
    }
    if (mask == 0) {
        return;
    }
    configuration = link.read_register(registers::kGvcpConfiguration);
    if ((configuration & mask) != wanted) {
        write_if_allowed(registers::kGvcpConfiguration, (configuration & ~mask) | wanted);
        configuration = link.read_register(registers::kGvcpConfiguration);
    }
    heartbeat_disabled = (configuration & registers::kConfigurationNoHeartbeat) != 0;
}

// The device forgets a controller that was silent for its own timeout: both sides should mean the same time.
void ControlChannel::Impl::agree_on_heartbeat() {
    const auto wanted = static_cast<std::uint32_t>(options.device_timeout.value_or(kLongestTimeout).count());
    std::uint32_t in_force = link.read_register(registers::kHeartbeatTimeout);
    if (in_force != wanted && !heartbeat_disabled) {
        write_if_allowed(registers::kHeartbeatTimeout, wanted);
        in_force = link.read_register(registers::kHeartbeatTimeout);
    }
    if (in_force > 0) {
        link.set_loss_timeout(std::min(options.heartbeat_timeout, milliseconds(in_force)));
    }
}

// For registers that a device may keep to itself: what is in force is read back by whom it concerns.
void ControlChannel::Impl::write_if_allowed(std::uint32_t address, std::uint32_t value) {
    try {
        link.write_register(address, value);
    } catch (const Failure& failure) {
        if (failure.kind() != Kind::refused && failure.kind() != Kind::access_denied) {
            throw;
        }
    }
}

void ControlChannel::Impl::beat(const std::stop_token& stop) {
    name_this_thread("vcxg-heartbeat");
    Clock::time_point checked = Clock::now();
    while (!stop.stop_requested()) {
        if (loss.happened()) {
            loss.tell(stop);
            continue;
        }
        // Any command that was answered keeps control, but only the check tells who holds it.
        const Clock::time_point due =
            std::min(link.last_answer() + link.loss_timeout() / 4, checked + link.loss_timeout() / 2);
        if (Clock::now() >= due) {
            checked = Clock::now();
            check_control();
        } else {
            loss.wait_until(due, stop);
        }
    }
}

void ControlChannel::Impl::check_control() {
    try {
        const std::uint32_t reads = link.read_register(registers::kControlPrivilege);
        if ((reads & privilege) != privilege) {
            loss.declare("its CCP register reads " + hex(reads) +
                         ", so it has released this application, by its own heartbeat"
                         " timeout or a restart, or another application has taken control");
        } else if (seen_as_primary && !is_primary_application()) {
            loss.declare((privilege & registers::kPrivilegeSwitchover) != 0
                             ? "another application has taken control with the switchover key"
                             : "another application has taken control");
        }
    } catch (const Failure& failure) {
        if (failure.kind() == Kind::access_denied && access != Access::read_only) {
            loss.declare("another application has exclusive access");
        }
        // A timeout is not yet a loss: the next beat follows at once, until the heartbeat timeout is over.
    }
}

void ControlChannel::Impl::ask_for_primary_application() {
    try {
        seen_as_primary = can(registers::kGvcpKnowsPrimaryApplication) && is_primary_application();
    } catch (const Failure& failure) {
        if (failure.kind() != Kind::refused && failure.kind() != Kind::access_denied) {
            throw;
        }
    }
}

// CCP reads the same whoever holds control. Behind address translation a device names another address than the socket's own.
bool ControlChannel::Impl::is_primary_application() {
    const Endpoint self = link.local();
    return link.read_register(registers::kPrimaryApplicationIp) == self.address &&
           (link.read_register(registers::kPrimaryApplicationPort) & 0xFFFF) == self.port;
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
    impl_->link.give_up(true);
    impl_->heartbeat.request_stop();
    impl_->heartbeat.join();
    impl_->link.give_up(false);
    impl_->release();
}

void ControlChannel::read(std::uint64_t address, gige::Bytes out) {
    impl_->link.read(address, out);
}

void ControlChannel::write(std::uint64_t address, gige::ConstBytes bytes) {
    impl_->link.write(address, bytes, impl_->can(registers::kGvcpCanWriteMemory));
}

std::uint32_t ControlChannel::read_register(std::uint32_t address) {
    return impl_->link.read_register(address);
}

void ControlChannel::write_register(std::uint32_t address, std::uint32_t value) {
    impl_->link.write_register(address, value);
}

Access ControlChannel::access() const noexcept {
    return impl_->access;
}

bool ControlChannel::lost() const noexcept {
    return impl_->loss.happened();
}

void ControlChannel::on_lost(std::function<void(const std::string&)> callback) {
    impl_->loss.set_callback(std::move(callback));
}

void ControlChannel::set_patience(Patience patience) {
    impl_->link.set_policy({patience.ack_timeout, patience.tries});
}

ControlChannel::Patience ControlChannel::patience() const {
    const gvcp::RetryPolicy policy = impl_->link.policy();
    return {policy.acknowledge_timeout, policy.tries};
}

Ipv4 ControlChannel::device() const noexcept {
    return impl_->link.device();
}

const Interface& ControlChannel::interface() const noexcept {
    return impl_->link.interface();
}

std::uint64_t ControlChannel::timestamp_frequency() {
    const std::uint64_t high = impl_->link.read_register(registers::kTimestampFrequencyHigh);
    return (high << 32) | impl_->link.read_register(registers::kTimestampFrequencyLow);
}

}  // namespace vcxg::net
