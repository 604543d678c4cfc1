#include "net/stream_receiver.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "gige/assembler.hpp"
#include "gige/registers.hpp"
#include "net/failure.hpp"
#include "net/packet_size.hpp"
#include "net/stream_socket.hpp"
#include "net/thread_tools.hpp"

namespace vcxg::net {
namespace {

namespace registers = gige::registers;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

// At GigE rate the cost of receiving is the wake-ups. A nap lets 61 KB queue up; but who naps at the end of a block delivers
// late, so the last part of a block (1.6 ms at GigE rate, three naps) is waited for packet by packet. A full batch says
// that there is more: who naps on it falls behind at 1500-byte packets, of which a nap brings 41.
constexpr auto kNap = std::chrono::microseconds(500);
constexpr std::size_t kBlockEnd = 192 * 1024;

// Stateful firewalls let the stream in as long as something goes out to where it comes from.
constexpr auto kKeepAliveInterval = std::chrono::seconds(30);

// Who may send: the device, from one port. Where the device does not tell its port, the first one seen is it.
class Source {
public:
    Source(Ipv4 device, std::uint16_t port) noexcept : known_{device, port} {}

    [[nodiscard]] bool is(Endpoint sender) noexcept {
        if (sender.address != known_.address) {
            return false;
        }
        if (known_.port == 0) {
            known_.port = sender.port;
        }
        return sender.port == known_.port;
    }
    [[nodiscard]] Endpoint known() const noexcept { return known_; }

private:
    Endpoint known_;
};

}  // namespace

struct StreamReceiver::Impl {
    Impl(ControlChannel& with, StreamOptions wanted)
        : control(with),
          options(wanted),
          channel(registers::stream_channel(wanted.channel)),
          socket({with.interface().address, wanted.host_port}, wanted.socket_buffer) {}

    [[nodiscard]] bool may_write() const noexcept { return control.access() != Access::read_only; }

    void settle_packet_size() {
        if (may_write()) {
            const auto largest = std::min<unsigned>(options.packet_size_max, control.interface().mtu) / 4 * 4;
            const PacketSize settled =
                negotiate_packet_size(control, socket, channel, static_cast<std::uint16_t>(largest));
            packet_size = settled.in_force;
            negotiated_size = settled.proven ? settled.in_force : std::uint16_t{0};
        } else {
            packet_size = read_packet_size();
        }
    }

    [[nodiscard]] std::uint16_t read_packet_size() {
        return static_cast<std::uint16_t>(control.read_register(channel + registers::kStreamPacketSize) &
                                          registers::kPacketSizeMask);
    }

    [[nodiscard]] std::uint16_t source_port() {
        if ((control.read_register(registers::kStreamChannelCapability) & registers::kStreamKnowsSourcePort) == 0) {
            return 0;
        }
        return static_cast<std::uint16_t>(control.read_register(channel + registers::kStreamSourcePort));
    }

    // A device that pauses long between two packets on purpose is not silent.
    [[nodiscard]] nanoseconds silence_time() {
        const std::uint64_t ticks = control.read_register(channel + registers::kStreamPacketDelay);
        const std::uint64_t frequency = ticks == 0 ? 0 : control.timestamp_frequency();
        const nanoseconds usual = gige::AssemblerConfig{}.silence_time;
        if (frequency == 0) {
            return usual;
        }
        const double delay_ns = static_cast<double>(ticks) * 1e9 / static_cast<double>(frequency);
        return std::max(usual, nanoseconds(static_cast<std::int64_t>(4 * delay_ns)));
    }

    void start(gige::FrameSink& sink, std::size_t payload_size);
    void stop() noexcept;
    void close_channel() noexcept;
    void receive(gige::FrameSink& sink, gige::AssemblerConfig config, Source source);
    void publish(const gige::StreamStatistics& assembled) noexcept;

    ControlChannel& control;
    const StreamOptions options;
    const std::uint32_t channel;
    StreamSocket socket;
    std::atomic<std::uint16_t> packet_size = 0;
    std::uint16_t negotiated_size = 0;

    std::thread thread;
    std::atomic<bool> stopping = false;
    std::uint64_t foreign = 0;  // of the receiving thread
    std::uint32_t dropped_before = 0;

    mutable std::mutex statistics_mutex;  // taken once a batch and once a block
    gige::StreamStatistics published;
};

namespace {

// The statistics that a consumer reads after it has got a frame count that frame.
class PublishingSink final : public gige::FrameSink {
public:
    PublishingSink(gige::FrameSink& sink, std::function<void()> publish) : sink_(sink), publish_(std::move(publish)) {}
    std::optional<gige::Target> acquire() noexcept override { return sink_.acquire(); }
    void deliver(const gige::Target& target, const gige::FrameResult& result) noexcept override {
        publish_();
        sink_.deliver(target, result);
    }
    void give_back(const gige::Target& target) noexcept override { sink_.give_back(target); }

private:
    gige::FrameSink& sink_;
    std::function<void()> publish_;
};

}  // namespace

void StreamReceiver::Impl::start(gige::FrameSink& sink, std::size_t payload_size) {
    if (thread.joinable()) {
        throw Failure(Failure::Kind::invalid, "the stream receiver runs already; stop it before starting it again");
    }
    while (!socket.take().empty()) {
        // left over from the acquisition before
    }
    Source source(control.device(), 0);
    gige::AssemblerConfig config;
    config.payload_size = payload_size;
    try {
        if (may_write()) {
            control.write_register(channel + registers::kStreamDestination, control.interface().address);
            control.write_register(channel + registers::kStreamPort, socket.port());
        }
        packet_size = read_packet_size();
        config.packet_size = packet_size;
        config.silence_time = silence_time();
        source = Source(control.device(), source_port());
        {
            const std::lock_guard lock(statistics_mutex);
            published = {};
        }
        foreign = 0;
        dropped_before = socket.dropped();
        stopping = false;
        thread = std::thread([this, &sink, config, source] { receive(sink, config, source); });
    } catch (...) {
        close_channel();
        throw;
    }
}

void StreamReceiver::Impl::receive(gige::FrameSink& sink, gige::AssemblerConfig config, Source source) {
    name_this_thread("vcxg-stream");
    raise_this_thread();
    const gige::Assembler* counted = nullptr;
    PublishingSink publishing(sink, [&] { publish(counted->statistics()); });
    gige::Assembler assembler(publishing, config);
    counted = &assembler;

    Clock::time_point keep_alive = Clock::now();
    while (!stopping) {
        const auto bursts = socket.take();
        const auto now = Clock::now();
        for (const Burst& burst : bursts) {
            if (!source.is(burst.sender)) {
                const std::size_t segment = std::max<std::size_t>(burst.segment, 1);
                foreign += std::max<std::size_t>((burst.bytes.size() + segment - 1) / segment, 1);
                continue;
            }
            std::size_t at = 0;
            do {
                const std::size_t size = std::min(burst.segment, burst.bytes.size() - at);
                assembler.receive(burst.bytes.subspan(at, size), now);
                at += size;
            } while (at < burst.bytes.size());
        }
        assembler.handle_timer(now);
        publish(assembler.statistics());
        if (source.known().port != 0 && now >= keep_alive) {
            constexpr std::array<std::byte, 8> kNothing{};
            socket.send_to(source.known(), kNothing);
            keep_alive = now + kKeepAliveInterval;
        }
        if (bursts.empty()) {
            const auto next = source.known().port != 0 ? keep_alive : now + kKeepAliveInterval;
            socket.wait(std::min(assembler.next_timer().value_or(next), next));
        } else if (bursts.size() < StreamSocket::kBatch && assembler.outstanding().value_or(0) > kBlockEnd) {
            nap(kNap);
        }
    }
    assembler.stop();
    publish(assembler.statistics());
}

void StreamReceiver::Impl::publish(const gige::StreamStatistics& assembled) noexcept {
    const std::lock_guard lock(statistics_mutex);
    published = assembled;
    published.packets_foreign = foreign;
    published.packets_dropped_by_kernel = socket.dropped() - dropped_before;
}

void StreamReceiver::Impl::close_channel() noexcept {
    if (!may_write() || control.lost()) {
        return;
    }
    try {
        control.write_register(channel + registers::kStreamPort, 0);
    } catch (const Failure&) {
        return;  // the device is gone, or has closed the channel by itself when it released control
    }
}

void StreamReceiver::Impl::stop() noexcept {
    if (!thread.joinable()) {
        return;
    }
    close_channel();
    stopping = true;
    socket.wake();
    thread.join();
}

StreamReceiver::StreamReceiver(ControlChannel& control, StreamOptions options)
    : impl_(std::make_unique<Impl>(control, options)) {
    impl_->settle_packet_size();
}

StreamReceiver::~StreamReceiver() {
    stop();
}

void StreamReceiver::start(gige::FrameSink& sink, std::size_t payload_size) {
    impl_->start(sink, payload_size);
}

void StreamReceiver::stop() noexcept {
    impl_->stop();
}

std::uint16_t StreamReceiver::packet_size() const noexcept {
    return impl_->packet_size;
}

bool StreamReceiver::packet_size_negotiated() const noexcept {
    return impl_->negotiated_size != 0 && impl_->negotiated_size == impl_->packet_size;
}

std::size_t StreamReceiver::socket_buffer() const noexcept {
    return impl_->socket.queue_size();
}

std::uint16_t StreamReceiver::host_port() const noexcept {
    return impl_->socket.port();
}

gige::StreamStatistics StreamReceiver::statistics() const noexcept {
    const std::lock_guard lock(impl_->statistics_mutex);
    return impl_->published;
}

}  // namespace vcxg::net
