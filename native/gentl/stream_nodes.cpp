// The features of the data stream module.
#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

std::int64_t signed_count(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value);
}

}  // namespace

void DataStream::describe() {
    const auto count = [this](auto BufferPool::Counts::*field) {
        return [this, field] { return signed_count(pool_->counts().*field); };
    };
    nodes_.category("StreamInformation");
    nodes_.text("StreamID", "Identifier of the stream", [] { return kStreamId; });
    nodes_.enumeration("StreamType", "Transport layer technology", {{"GigEVision", 1}}, [] { return 1; });
    nodes_.category("BufferHandlingControl");
    nodes_
        .enumeration("StreamBufferHandlingMode",
                     "OldestFirst: frames wait in the order of arrival, and without a queued buffer a new one is lost. "
                     "OldestFirstOverwrite: the one that waits longest is lost instead. "
                     "NewestOnly: a new one replaces all that wait",
                     {{"OldestFirst", BufferPool::kOldestFirst},
                      {"OldestFirstOverwrite", BufferPool::kOldestFirstOverwrite},
                      {"NewestOnly", BufferPool::kNewestOnly}},
                     [this] { return pool_->mode(); })
        .to([this](std::int64_t mode) { pool_->set_mode(static_cast<BufferPool::Mode>(mode)); })
        .locked([this] { return lock_reason(); });
    nodes_.integer("StreamAnnounceBufferMinimum", "Buffers needed at least for the buffer handling mode",
                   [this] { return signed_count(pool_->minimum()); });
    nodes_.integer("StreamAnnouncedBufferCount", "Buffers announced", count(&BufferPool::Counts::announced));
    nodes_.integer("StreamInputBufferCount", "Buffers queued or being filled", [this] {
        const BufferPool::Counts counts = pool_->counts();
        return signed_count(counts.input + counts.filling);
    });
    nodes_.integer("StreamOutputBufferCount", "Buffers that wait to be fetched", count(&BufferPool::Counts::output));
    nodes_.integer("StreamBufferAlignment", "Alignment that announced memory needs", [] { return 1; }).unit("B");
    nodes_.boolean("StreamIsGrabbing", "An acquisition runs", [this] { return is_grabbing() ? 1 : 0; });
    nodes_.integer("StreamStartedFrameCount", "Frames that got a buffer since the acquisition started",
                   count(&BufferPool::Counts::started));
    nodes_.integer("StreamDeliveredFrameCount", "Frames fetched by the consumer since the acquisition started",
                   count(&BufferPool::Counts::delivered));
    nodes_.integer("StreamLostFrameCount", "Frames dropped because no buffer was queued",
                   [this] { return signed_count(underruns()); });
    nodes_.integer("StreamOverwrittenFrameCount",
                   "Frames that waited and were given up for newer ones by the buffer handling mode (vendor specific)",
                   count(&BufferPool::Counts::overwritten));
    nodes_.category("DeviceStreamChannelControl");
    nodes_
        .integer("DeviceStreamChannelPacketSize", "Packet size in force; IP, UDP and GVSP headers included",
                 [this] { return receiver()->packet_size(); })
        .unit("B");
    nodes_.boolean("StreamPacketSizeNegotiated", "A test packet of that size arrived (vendor specific)",
                   [this] { return receiver()->packet_size_negotiated() ? 1 : 0; });
    nodes_
        .integer("StreamSocketBufferGranted", "Receive buffer of the socket, as granted (vendor specific)",
                 [this] { return signed_count(receiver()->socket_buffer()); })
        .unit("B");
    nodes_.integer("StreamHostPort", "UDP port of this host that receives the stream (vendor specific)",
                   [this] { return receiver()->host_port(); });
}

void DataStream::describe_statistics() {
    using S = gige::StreamStatistics;
    const auto counter = [this](const char* name, const char* doc, std::uint64_t S::*field) {
        nodes_.integer(name, doc, [this, field] { return signed_count(statistics().*field); });
    };
    nodes_.category("StreamStatistics");
    counter("StreamCompleteFrameCount", "Frames received whole (vendor specific)", &S::blocks_complete);
    counter("StreamIncompleteFrameCount", "Frames received with holes (vendor specific)", &S::blocks_incomplete);
    counter("StreamMissedFrameCount", "Frames of which no packet arrived: gaps in the block ids (vendor specific)",
            &S::blocks_missed);
    counter("StreamPacketCount", "Packets received (vendor specific)", &S::packets_received);
    counter("StreamMissingPacketCount", "Packets missing in incomplete frames (vendor specific)", &S::packets_missing);
    counter("StreamDuplicatePacketCount", "Packets received twice (vendor specific)", &S::packets_duplicate);
    counter("StreamLatePacketCount", "Packets of frames that were closed before (vendor specific)", &S::packets_late);
    counter("StreamErrorPacketCount", "Packets with an error status (vendor specific)", &S::packets_error_status);
    counter("StreamMalformedPacketCount", "Packets that break the protocol (vendor specific)", &S::packets_malformed);
    counter("StreamForeignPacketCount", "Packets from another address than the camera's (vendor specific)",
            &S::packets_foreign);
    counter("StreamKernelDroppedPacketCount",
            "Packets dropped by the system because the socket's buffer was full (vendor specific)",
            &S::packets_dropped_by_kernel);
    counter("StreamReceivedByteCount", "Payload bytes received (vendor specific)", &S::bytes_received);
    counter("StreamSequenceRestartCount", "Times the camera restarted its block ids (vendor specific)",
            &S::sequence_restarts);
}

}  // namespace vcxg::gentl
