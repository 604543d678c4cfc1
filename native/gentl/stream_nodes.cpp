// The features of the data stream module.
#include <limits>

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
    nodes_
        .integer(
            "StreamUnpackTargetSize",
            "Mono12p images of this size at 16 bits a pixel are unpacked while their packets arrive, where an unpack "
            "target waits; 0: none (vendor specific)",
            [this] { return static_cast<std::int64_t>(pool_->target_size()); })
        .to([this](std::int64_t size) { pool_->set_target_size(static_cast<std::size_t>(size)); })
        .range(0, std::numeric_limits<std::int64_t>::max())
        .unit("B")
        .locked([this] { return lock_reason(); });
    nodes_
        .integer("StreamUnpackTarget",
                 "Written: the address of memory of that size, lent for one image until a buffer with it is fetched "
                 "(BUFFER_INFO 1003 tells the address) or the acquisition is stopped (vendor specific)",
                 nullptr)
        .to([this](std::int64_t address) {
            pool_->lend(reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)));
        })
        .shown_as("HexNumber")
        .visible_to("Guru");
    nodes_.boolean("StreamIsGrabbing", "An acquisition runs", [this] { return is_grabbing() ? 1 : 0; });
    nodes_.integer("StreamStartedFrameCount", "Frames that got a buffer since the acquisition started",
                   count(&BufferPool::Counts::started));
    nodes_.integer("StreamDeliveredFrameCount", "Frames fetched by the consumer since the acquisition started",
                   count(&BufferPool::Counts::delivered));
    nodes_.integer("StreamUnpackedFrameCount", "Of those, unpacked while their packets arrived (vendor specific)",
                   count(&BufferPool::Counts::unpacked));
    nodes_.integer("StreamLostFrameCount", "Frames dropped because no buffer was queued",
                   [this] { return signed_count(underruns()); });
    nodes_.integer("StreamOverwrittenFrameCount",
                   "Frames that waited and were given up for newer ones by the buffer handling mode (vendor specific)",
                   count(&BufferPool::Counts::overwritten));
}

}  // namespace vcxg::gentl
