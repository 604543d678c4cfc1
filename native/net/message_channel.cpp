#include "net/message_channel.hpp"

#include <array>
#include <atomic>
#include <stop_token>
#include <thread>
#include <utility>

#include "gige/registers.hpp"
#include "net/failure.hpp"
#include "net/thread_tools.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
namespace registers = gige::registers;
using Clock = std::chrono::steady_clock;

// 0 where the device does not tell: then it is learnt from the first datagram.
std::uint16_t source_port(ControlChannel& control) {
    if ((control.read_register(registers::kMessageChannelCapability) & registers::kMessageKnowsSourcePort) == 0) {
        return 0;
    }
    return static_cast<std::uint16_t>(control.read_register(registers::kMessageSourcePort));
}

}  // namespace

struct MessageChannel::Impl {
    Impl(ControlChannel& with, Handler to, MessageOptions wanted)
        : control(with),
          handler(std::move(to)),
          options(wanted),
          socket(bound_to_first_free(wanted.ports, [&](std::uint16_t port) {
              return std::make_unique<UdpSocket>(with.interface().address, port);
          })) {}

    void open();
    void close() noexcept;
    void serve(const std::stop_token& stop, Endpoint source);
    void take(gige::ConstBytes datagram, Endpoint sender);

    ControlChannel& control;
    const Handler handler;
    const MessageOptions options;
    const std::unique_ptr<UdpSocket> socket;
    gvcp::RepeatFilter repeats;  // of the thread

    struct {
        std::atomic<std::uint64_t> commands, repeats, foreign, malformed;
    } counted{};
    std::jthread thread;
};

void MessageChannel::Impl::open() {
    control.write_register(registers::kMessageDestination, control.interface().address);
    control.write_register(registers::kMessageTransmissionTimeout,
                           static_cast<std::uint32_t>(options.acknowledge_timeout.count()));
    control.write_register(registers::kMessageRetryCount, options.retries);
    control.write_register(registers::kMessagePort, socket->port());
    // The source port counts once the channel is open.
    thread = std::jthread([this, source = Endpoint{control.device(), source_port(control)}](
                              const std::stop_token& stop) { serve(stop, source); });
}

void MessageChannel::Impl::close() noexcept {
    if (thread.joinable()) {
        thread.request_stop();
        socket->wake();
        thread.join();
    }
    try {
        control.write_register(registers::kMessagePort, 0);
    } catch (const Failure&) {
        return;  // without control the device has closed the channel by itself
    }
}

void MessageChannel::Impl::serve(const std::stop_token& stop, Endpoint source) {
    name_this_thread("vcxg-messages");
    std::array<std::byte, 1024> buffer{};
    Clock::time_point keep_alive = Clock::now();
    while (!stop.stop_requested()) {
        if (source.port != 0 && Clock::now() >= keep_alive) {
            constexpr std::array<std::byte, gvcp::kHeaderSize> kNothing{};
            socket->send_to(source, kNothing);
            keep_alive = Clock::now() + options.keep_alive_interval;
        }
        const auto until = source.port != 0 ? keep_alive : Clock::now() + options.keep_alive_interval;
        Endpoint sender;
        const auto datagram = socket->receive(buffer, until, &sender);
        if (!datagram) {
            continue;
        }
        if (sender.address == source.address && source.port == 0) {
            source.port = sender.port;
        }
        if (sender.address == source.address && sender.port == source.port) {
            take(*datagram, sender);
        } else {
            ++counted.foreign;
        }
    }
}

void MessageChannel::Impl::take(gige::ConstBytes datagram, Endpoint sender) {
    const auto message = gvcp::parse_message(datagram);
    if (!message) {
        ++counted.malformed;
        return;
    }
    if (message->acknowledge_required) {
        socket->send_to(sender, gvcp::acknowledge(*message));
    }
    if (repeats.is_repeat(datagram)) {
        ++counted.repeats;
        return;
    }
    ++counted.commands;
    for (const gvcp::Event& event : message->events) {
        handler(*message, event);
    }
}

bool MessageChannel::offered_by(ControlChannel& control) {
    return control.read_register(registers::kMessageChannelCount) > 0;
}

MessageChannel::MessageChannel(ControlChannel& control, Handler handler, MessageOptions options)
    : impl_(std::make_unique<Impl>(control, std::move(handler), options)) {
    try {
        impl_->open();
    } catch (...) {
        impl_->close();
        throw;
    }
}

MessageChannel::~MessageChannel() {
    impl_->close();
}

std::uint16_t MessageChannel::host_port() const noexcept {
    return impl_->socket->port();
}

MessageStatistics MessageChannel::statistics() const noexcept {
    return {impl_->counted.commands, impl_->counted.repeats, impl_->counted.foreign, impl_->counted.malformed};
}

}  // namespace vcxg::net
