// What the data stream module counts. None of these names is in the GenTL SFNC.
#include "gentl/stream.hpp"

namespace vcxg::gentl {

void DataStream::describe_statistics() {
    using S = gige::StreamStatistics;
    const auto counter = [this](const char* name, const char* doc, std::uint64_t S::*field) {
        nodes_.integer(name, doc, [this, field] { return static_cast<std::int64_t>(statistics().*field); });
    };
    nodes_.category("StreamStatistics");
    counter("StreamCompleteFrameCount", "Frames received whole", &S::blocks_complete);
    counter("StreamIncompleteFrameCount", "Frames received with holes or doubts", &S::blocks_incomplete);
    counter("StreamMissedFrameCount", "Frames of which no packet arrived: gaps in the block ids", &S::blocks_missed);
    counter("StreamOpenFrameCount", "Frames that are being received now", &S::blocks_open);
    counter("StreamAbandonedFrameCount", "Frames that were being received when the acquisition was stopped",
            &S::blocks_abandoned);
    nodes_.category("StreamIncompleteFrames");
    counter("StreamOversizedFrameCount", "Incomplete because larger than the buffer",
            &S::incomplete_larger_than_buffer);
    counter("StreamDeviceErrorFrameCount", "Incomplete because the camera said so", &S::incomplete_device_error);
    counter("StreamNoLeaderFrameCount", "Incomplete because the leader is missing", &S::incomplete_no_leader);
    counter("StreamConflictFrameCount", "Incomplete because two packets claimed one place", &S::incomplete_conflict);
    counter("StreamHoleFrameCount", "Incomplete because packets are missing", &S::incomplete_packets_missing);
    counter("StreamNoTrailerFrameCount", "Incomplete because nothing told where it ends", &S::incomplete_no_trailer);
    counter("StreamSizeMismatchFrameCount", "Incomplete because shorter than announced", &S::incomplete_size_mismatch);
    nodes_.category("StreamPackets");
    counter("StreamPacketCount", "Packets received", &S::packets_received);
    counter("StreamReceivedByteCount", "Payload bytes received", &S::bytes_received);
    counter("StreamMissingPacketCount", "Packets missing in incomplete frames", &S::packets_missing);
    counter("StreamDuplicatePacketCount", "Packets received twice", &S::packets_duplicate);
    counter("StreamConflictingPacketCount", "Packets received twice with different content", &S::packets_conflicting);
    counter("StreamLatePacketCount", "Packets of frames that were closed before", &S::packets_late);
    counter("StreamStrayPacketCount", "Packets with a block id out of the blue", &S::packets_stray);
    counter("StreamErrorPacketCount", "Packets with an error status", &S::packets_error_status);
    counter("StreamUnavailablePacketCount", "Packets that the camera has not, or no longer", &S::packets_unavailable);
    counter("StreamMalformedPacketCount", "Packets that break the protocol", &S::packets_malformed);
    counter("StreamUnsupportedPacketCount", "Packets of a format that is not spoken here", &S::packets_unsupported);
    counter("StreamWrongSizePacketCount", "Packets of another size than the one in force", &S::packets_wrong_size);
    counter("StreamBeyondBufferPacketCount", "Packets behind the end of the buffer", &S::packets_beyond_buffer);
    counter("StreamForeignPacketCount", "Packets from another address than the camera's", &S::packets_foreign);
    counter("StreamKernelDroppedPacketCount", "Packets dropped by the system because its queue was full",
            &S::packets_dropped_by_kernel);
    counter("StreamSequenceRestartCount", "Times the camera restarted its block ids", &S::sequence_restarts);
    counter("StreamResendRequestCount", "Requests for missing packets", &S::resend_requests);
    counter("StreamResendRequestedPacketCount", "Packets asked for, again and again counted",
            &S::resend_packets_requested);
    counter("StreamResentPacketCount", "Packets that came after they were asked for", &S::packets_resent);
    counter("StreamResendGivenUpFrameCount", "Frames for which asking was given up", &S::resend_blocks_given_up);
}

}  // namespace vcxg::gentl
