// How the data stream module receives: the stream channel, the options of the receiver.
#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

using std::chrono::nanoseconds;
using Options = net::StreamOptions;

const Feature::Entries kEngines{{"Automatic", static_cast<std::int64_t>(net::ReceiveEngine::automatic)},
                                {"Batches", static_cast<std::int64_t>(net::ReceiveEngine::batches)},
                                {"Gro", static_cast<std::int64_t>(net::ReceiveEngine::gro)},
                                {"Ring", static_cast<std::int64_t>(net::ReceiveEngine::ring)}};
const Feature::Entries kPriorities{{"Ordinary", static_cast<std::int64_t>(net::Priority::ordinary)},
                                   {"Raised", static_cast<std::int64_t>(net::Priority::raised)},
                                   {"RealTime", static_cast<std::int64_t>(net::Priority::real_time)}};

}  // namespace

void DataStream::describe_channel() {
    nodes_.category("DeviceStreamChannelControl");
    nodes_
        .integer("DeviceStreamChannelPacketSize", "Packet size in force; IP, UDP and GVSP headers included",
                 [this] { return receiver()->packet_size(); })
        .unit("B");
    nodes_
        .integer("DeviceStreamChannelPacketSizeMax", "Largest packet size that a negotiation tries",
                 [this] { return receiver()->options().packet_size_max; })
        .to([this](std::int64_t size) {
            configure([size](Options& options) { options.packet_size_max = static_cast<std::uint16_t>(size); });
        })
        .range(576, 65532)
        .unit("B")
        .locked([this] { return lock_reason(); });
    nodes_
        .command("DeviceStreamChannelNegotiatePacketSize",
                 "Finds the largest packet size that reaches this host, by test packets",
                 [this] { reopen(receiver()->options()); })
        .locked([this] { return lock_reason(); });
    nodes_.boolean("StreamPacketSizeNegotiated", "A test packet of the size in force arrived (vendor specific)",
                   [this] { return receiver()->packet_size_negotiated() ? 1 : 0; });
    nodes_.boolean("StreamExtendedIds", "Block ids have 64 bits and do not wrap (vendor specific)",
                   [this] { return receiver()->extended_ids() ? 1 : 0; });
    nodes_
        .integer("StreamHostPort",
                 "UDP port of this host that receives the stream; written: the one to use, 0: any (vendor specific)",
                 [this] { return receiver()->host_port(); })
        .to([this](std::int64_t port) {
            Options options = receiver()->options();
            options.host_ports = {static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port)};
            reopen(options);
        })
        .range(0, 65535)
        .locked([this] { return lock_reason(); });
    nodes_
        .integer("StreamSocketBufferGranted", "Receive buffer of the socket, as granted (vendor specific)",
                 [this] { return static_cast<std::int64_t>(receiver()->socket_buffer()); })
        .unit("B");
    nodes_
        .enumeration("StreamReceiveEngine", "How packets are to be taken from the system (vendor specific)", kEngines,
                     [this] { return static_cast<std::int64_t>(receiver()->options().engine); })
        .to([this](std::int64_t engine) {
            configure([engine](Options& options) { options.engine = static_cast<net::ReceiveEngine>(engine); });
        })
        .locked([this] { return lock_reason(); });
    nodes_.enumeration("StreamActiveReceiveEngine", "The engine of the last acquisition (vendor specific)", kEngines,
                       [this] { return static_cast<std::int64_t>(receiver()->engine()); });
    nodes_.enumeration("StreamThreadPriority", "Priority granted to the receiving thread (vendor specific)",
                       kPriorities, [this] { return static_cast<std::int64_t>(receiver()->thread_priority()); });
}

void DataStream::describe_options() {
    const auto time = [this](const char* name, const char* doc, auto&& member, std::int64_t longest_us) {
        nodes_
            .integer(name, doc,
                     [this, member] {
                         Options options = receiver()->options();
                         return std::chrono::duration_cast<std::chrono::microseconds>(member(options)).count();
                     })
            .to([this, member](std::int64_t us) {
                configure([&](Options& options) { member(options) = std::chrono::microseconds(us); });
            })
            .range(0, longest_us)
            .unit("us")
            .locked([this] { return lock_reason(); });
    };
    nodes_.category("PacketResend");
    nodes_.boolean("StreamPacketResendAvailable", "The camera can send packets again (vendor specific)",
                   [this] { return receiver()->resend_available() ? 1 : 0; });
    nodes_
        .boolean("StreamPacketResendEnable", "Ask for missing packets where the camera can (vendor specific)",
                 [this] { return receiver()->options().resend ? 1 : 0; })
        .to([this](std::int64_t on) { configure([on](Options& options) { options.resend = on != 0; }); })
        .locked([this] { return lock_reason(); });
    time(
        "StreamPacketResendInitialTimeout", "A hole is older than this before it is asked for (vendor specific)",
        [](Options& o) -> nanoseconds& { return o.resend_policy.initial_timeout; }, 1'000'000);
    time(
        "StreamPacketResendTimeout", "Until the same packet is asked for again (vendor specific)",
        [](Options& o) -> nanoseconds& { return o.resend_policy.packet_timeout; }, 10'000'000);
    time(
        "StreamFrameRetention", "A frame that has ended waits so long for what was asked for (vendor specific)",
        [](Options& o) -> nanoseconds& { return o.resend_policy.retention; }, 10'000'000);
    nodes_
        .integer("StreamPacketResendRatio", "Largest part of a frame's packets that is asked for (vendor specific)",
                 [this] { return static_cast<std::int64_t>(receiver()->options().resend_policy.ratio * 100 + 0.5); })
        .to([this](std::int64_t percent) {
            configure([percent](Options& o) { o.resend_policy.ratio = static_cast<double>(percent) / 100; });
        })
        .range(0, 100)
        .unit("%")
        .locked([this] { return lock_reason(); });
    nodes_.category("FrameTimeouts");
    time(
        "StreamReorderTime", "A packet that was overtaken is waited for so long (vendor specific)",
        [](Options& o) -> nanoseconds& { return o.reorder_time; }, 10'000'000);
    time(
        "StreamSilenceTime", "A frame without its end is given up after such a silence (vendor specific)",
        [](Options& o) -> nanoseconds& { return o.silence_time; }, 600'000'000);
}

}  // namespace vcxg::gentl
