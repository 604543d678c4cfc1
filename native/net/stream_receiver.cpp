#include "net/stream_receiver.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "gige/gvsp.hpp"
#include "gige/registers.hpp"
#include "net/failure.hpp"
#include "net/packet_size.hpp"
#include "net/stream_socket.hpp"
#include "net/stream_thread.hpp"

namespace vcxg::net {
namespace {

namespace registers = gige::registers;
using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds kRingPatience{100};

}  // namespace

struct StreamReceiver::Impl {
    Impl(ControlChannel& with, const StreamOptions& wanted)
        : control(with),
          options(wanted),
          channel(registers::stream_channel(wanted.channel)),
          socket(with.interface().address, wanted.host_ports, wanted.socket_buffer),
          stream_capability(with.read_register(registers::kStreamChannelCapability)),
          can_resend((with.read_register(registers::kGvcpCapability) & registers::kGvcpCanResendPackets) != 0) {}

    [[nodiscard]] bool may_write() const noexcept { return control.access() != Access::read_only; }

    void settle_ids();
    void settle_packet_size();
    [[nodiscard]] std::uint16_t read_packet_size();
    [[nodiscard]] std::uint16_t source_port();
    [[nodiscard]] nanoseconds packet_delay();
    [[nodiscard]] gige::AssemblerConfig assembler_config(const StreamOptions& wanted, std::size_t payload_size);
    void start(gige::FrameSink& sink, std::size_t payload_size);
    void stop() noexcept;
    [[nodiscard]] std::optional<Bulk> bulk(const StreamThreadConfig& config) const;
    void choose_engine(ReceiveEngine wanted, const StreamThreadConfig& config);
    void close_channel() noexcept;

    ControlChannel& control;
    mutable std::mutex mutex;  // options, and the thread as seen by readers of statistics
    StreamOptions options;
    const std::uint32_t channel;
    StreamSocket socket;
    const std::uint32_t stream_capability;
    const bool can_resend;
    std::atomic<bool> extended_ids = false;
    std::atomic<std::uint16_t> packet_size = 0;
    std::uint16_t negotiated_size = 0;
    std::atomic<ReceiveEngine> engine = ReceiveEngine::batches;
    std::atomic<Priority> priority = Priority::ordinary;
    std::optional<StreamThread> thread;
    gige::StreamStatistics last;  // of the acquisition that ended
};

// 64-bit block ids do not wrap, so that no gap is ambiguous. The register holds for the whole device.
void StreamReceiver::Impl::settle_ids() {
    if ((stream_capability & registers::kStreamHasBothIdLayouts) == 0) {
        return;
    }
    const std::uint32_t before = control.read_register(registers::kGvspConfiguration);
    const std::uint32_t wanted =
        (before & ~registers::kGvspExtendedIds) | (options.extended_ids ? registers::kGvspExtendedIds : 0);
    if (wanted != before && may_write()) {
        try {
            control.write_register(registers::kGvspConfiguration, wanted);
        } catch (const Failure& failure) {
            if (failure.kind() != Failure::Kind::refused && failure.kind() != Failure::Kind::access_denied) {
                throw;
            }
            // The device keeps its layout; every packet says which one it has.
        }
    }
    extended_ids = (control.read_register(registers::kGvspConfiguration) & registers::kGvspExtendedIds) != 0;
}

void StreamReceiver::Impl::settle_packet_size() {
    if (may_write() && options.negotiate_packet_size) {
        const auto largest = std::min<unsigned>(options.packet_size_max, control.interface().mtu) / 4 * 4;
        const PacketSize settled = negotiate_packet_size(control, socket, channel, static_cast<std::uint16_t>(largest));
        packet_size = settled.in_force;
        negotiated_size = settled.proven ? settled.in_force : std::uint16_t{0};
    } else {
        packet_size = read_packet_size();
    }
}

std::uint16_t StreamReceiver::Impl::read_packet_size() {
    return static_cast<std::uint16_t>(control.read_register(channel + registers::kStreamPacketSize) &
                                      registers::kPacketSizeMask);
}

std::uint16_t StreamReceiver::Impl::source_port() {
    if ((stream_capability & registers::kStreamKnowsSourcePort) == 0) {
        return 0;
    }
    return static_cast<std::uint16_t>(control.read_register(channel + registers::kStreamSourcePort));
}

nanoseconds StreamReceiver::Impl::packet_delay() {
    const std::uint64_t ticks = control.read_register(channel + registers::kStreamPacketDelay);
    const std::uint64_t frequency = ticks == 0 ? 0 : control.timestamp_frequency();
    return nanoseconds(
        frequency == 0 ? 0
                       : static_cast<std::int64_t>(static_cast<double>(ticks) * 1e9 / static_cast<double>(frequency)));
}

gige::AssemblerConfig StreamReceiver::Impl::assembler_config(const StreamOptions& wanted, std::size_t payload_size) {
    // A device that pauses long between two packets on purpose is not silent.
    const nanoseconds pause = 4 * packet_delay();
    gige::AssemblerConfig config{.packet_size = packet_size,
                                 .payload_size = payload_size,
                                 .reorder_time = wanted.reorder_time,
                                 .silence_time = std::max(wanted.silence_time, pause),
                                 .resend = wanted.resend_policy};
    config.resend.enabled = wanted.resend && can_resend && may_write();
    config.resend.packet_timeout = std::max(config.resend.packet_timeout, pause);
    return config;
}

void StreamReceiver::Impl::start(gige::FrameSink& sink, std::size_t payload_size) {
    if (thread) {
        throw Failure(Failure::Kind::invalid, "the stream receiver runs already; stop it before starting it again");
    }
    StreamOptions wanted;
    {
        const std::lock_guard lock(mutex);
        wanted = options;
    }
    while (!socket.take().empty()) {
        // left over from the acquisition before
    }
    try {
        if (may_write()) {
            control.write_register(channel + registers::kStreamDestination, control.interface().address);
            control.write_register(channel + registers::kStreamPort, socket.port());
        }
        packet_size = read_packet_size();
        StreamThreadConfig config{.source = {control.device(), source_port()},
                                  .channel = static_cast<std::uint16_t>(wanted.channel),
                                  .assembler = assembler_config(wanted, payload_size),
                                  .keep_alive_interval = wanted.keep_alive_interval};
        choose_engine(wanted.engine, config);
        if (engine == ReceiveEngine::ring) {
            // A system short of time hands over the ring's last block long after the socket has brought the trailer.
            config.assembler.reorder_time = std::max<nanoseconds>(config.assembler.reorder_time, kRingPatience);
        }
        const std::lock_guard lock(mutex);
        thread.emplace(socket, sink, config);
    } catch (...) {
        close_channel();
        throw;
    }
}

// The ring is for the bulk of large blocks, and for packets that the path does not cut: it sees no fragments put together.
std::optional<Bulk> StreamReceiver::Impl::bulk(const StreamThreadConfig& config) const {
    constexpr std::uint32_t kBlockEnd = 384 * 1024;  // bytes that come through the socket: 3 ms at GigE rate
    constexpr std::uint32_t kWorthIt = 64;           // packets of a block
    const std::size_t data = gige::gvsp::data_size(config.assembler.packet_size, extended_ids);
    const std::size_t packets = data == 0 ? 0 : config.assembler.payload_size / data;
    const std::size_t at_the_end = data == 0 ? 0 : kBlockEnd / data;
    if (config.source.port == 0 || packet_size > control.interface().mtu || packets < at_the_end + kWorthIt) {
        return std::nullopt;
    }
    return Bulk{config.source, config.assembler.packet_size - gige::gvsp::kIpAndUdpHeaders,
                static_cast<std::uint32_t>(packets - at_the_end)};
}

void StreamReceiver::Impl::choose_engine(ReceiveEngine wanted, const StreamThreadConfig& config) {
    const bool aggregates = wanted != ReceiveEngine::batches && socket.aggregate(true);
    if (wanted == ReceiveEngine::batches) {
        socket.aggregate(false);
    }
    engine = aggregates ? ReceiveEngine::gro : ReceiveEngine::batches;
    const auto shared = bulk(config);
    if (!shared || (wanted != ReceiveEngine::ring && wanted != ReceiveEngine::automatic)) {
        return;
    }
    try {
        socket.share_memory(shared);
        engine = ReceiveEngine::ring;
    } catch (const Failure&) {
        if (wanted == ReceiveEngine::ring) {
            throw;
        }
        // The process may not, as most may not: the socket serves as well.
    }
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
    if (!thread) {
        return;
    }
    close_channel();
    thread->stop();
    {
        const std::lock_guard lock(mutex);
        last = thread->statistics();
        priority = thread->priority();
        thread.reset();
    }
    socket.share_memory(std::nullopt);
}

StreamReceiver::StreamReceiver(ControlChannel& control, const StreamOptions& options)
    : impl_(std::make_unique<Impl>(control, options)) {
    impl_->settle_ids();
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

void StreamReceiver::configure(const StreamOptions& options) {
    const std::lock_guard lock(impl_->mutex);
    impl_->options = options;
}

StreamOptions StreamReceiver::options() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->options;
}

bool StreamReceiver::resend_available() const noexcept {
    return impl_->can_resend;
}

bool StreamReceiver::extended_ids() const noexcept {
    return impl_->extended_ids;
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

ReceiveEngine StreamReceiver::engine() const noexcept {
    return impl_->engine;
}

Priority StreamReceiver::thread_priority() const noexcept {
    const std::lock_guard lock(impl_->mutex);
    return impl_->thread ? impl_->thread->priority() : impl_->priority.load();
}

gige::StreamStatistics StreamReceiver::statistics() const noexcept {
    const std::lock_guard lock(impl_->mutex);
    return impl_->thread ? impl_->thread->statistics() : impl_->last;
}

}  // namespace vcxg::net
