// The buffers of one data stream and the queues they travel through. Between the receiving thread (FrameSink), the
// thread that waits for frames, and the thread that queues, flushes and revokes.
#pragma once

#include <condition_variable>
#include <optional>
#include <vector>

#include "gentl/buffer.hpp"

namespace vcxg::gentl {

// One registered new-buffer event: the queue behind it is the pool's output queue.
struct Reader {  // guarded by the pool's mutex
    bool killed = false;
    bool closed = false;
    std::uint64_t fired_before = 0;
};

class BufferPool final : public gige::FrameSink, public std::enable_shared_from_this<BufferPool> {
public:
    // What happens to a frame that finds nobody waiting; the values are those of StreamBufferHandlingMode.
    enum Mode : std::int64_t { kOldestFirst = 1, kOldestFirstOverwrite = 2, kNewestOnly = 3 };

    explicit BufferPool(std::uint64_t timestamp_frequency);

    // Buffers. `memory` null: the pool allocates.
    std::shared_ptr<Buffer> announce(void* memory, std::size_t size, void* user_pointer);
    void revoke(Buffer& buffer);  // kBusy unless the buffer is idle
    void queue(Buffer& buffer);   // kResourceInUse unless the buffer is idle
    void flush(std::int32_t operation);
    [[nodiscard]] std::shared_ptr<Buffer> at(std::size_t index) const;  // in the order of announcement; kInvalidIndex
    [[nodiscard]] bool owns(const Buffer& buffer) const;
    [[nodiscard]] InfoValue info(const Buffer& buffer, Command command) const;
    [[nodiscard]] std::vector<Chunk> chunks(const Buffer& buffer) const;  // kNoData, kParsingChunkData
    [[nodiscard]] std::size_t largest_buffer() const;

    // Unpack targets, for images of exactly their size; see Unpacking. One lent is the producer's until a frame with its image
    // is fetched or the acquisition has ended.
    void set_target_size(std::size_t size);  // kResourceInUse while targets are lent
    [[nodiscard]] std::size_t target_size() const;
    void lend(void* target);  // kNotAvailable while no acquisition runs; kResourceInUse: this one already, or 16

    void set_mode(Mode mode);  // not while an acquisition runs
    [[nodiscard]] Mode mode() const;
    [[nodiscard]] std::size_t minimum() const;  // buffers that the mode needs

    // The new-buffer event.
    [[nodiscard]] NewBufferData take(Reader& reader, std::uint64_t timeout_ms);  // kTimeout, kAbort
    void open(Reader& reader);
    void kill(Reader& reader);
    void close(Reader& reader) noexcept;  // releases whoever waits
    [[nodiscard]] std::uint64_t fired(const Reader& reader) const;

    // One acquisition of at most `frames` frames.
    void begin(std::uint64_t frames);
    void refuse_new_frames();  // lets frames in the air end; returns when none is left, or after a while
    void end();

    struct Counts {
        std::size_t announced = 0, input = 0, filling = 0, output = 0;
        // Of this or the last acquisition.
        std::uint64_t started = 0, delivered = 0, overwritten = 0, refused = 0, unpacked = 0;
        bool finished = false;  // no further frame will be accepted
    };
    [[nodiscard]] Counts counts() const;

    std::optional<gige::Target> acquire() noexcept override;
    void grow(const gige::Target& target, const gige::gvsp::Leader& leader, std::size_t in_place) noexcept override;
    void deliver(const gige::Target& target, const gige::FrameResult& result) noexcept override;
    void give_back(const gige::Target& target) noexcept override;

private:
    using List = std::list<Buffer*>;
    // Relinks the buffer's list node: no allocation, so it may run in the receiving thread.
    void move(Buffer& buffer, Buffer::State to, bool to_front = false) noexcept;
    void move_all(Buffer::State from, Buffer::State to) noexcept;
    void clear(Buffer& buffer) noexcept;
    [[nodiscard]] std::vector<std::byte*> lent_targets() const;
    void recover_target(Buffer& buffer) noexcept;  // of an image that nobody will fetch
    void give_up_oldest() noexcept;                // of those that wait to be fetched: back to the input
    [[nodiscard]] List& list(Buffer::State state) noexcept { return lists_[static_cast<std::size_t>(state)]; }
    [[nodiscard]] const List& list(Buffer::State state) const noexcept {
        return lists_[static_cast<std::size_t>(state)];
    }

    const std::uint64_t timestamp_frequency_;
    mutable std::mutex mutex_;
    std::condition_variable arrival_;  // output queue, kill, close
    std::condition_variable landed_;   // nothing is being filled
    std::vector<std::shared_ptr<Buffer>> announced_;
    List lists_[4];
    std::uint64_t fired_ = 0;
    std::uint64_t frames_left_ = 0;
    std::uint64_t started_ = 0, delivered_ = 0, overwritten_ = 0, refused_ = 0, unpacked_ = 0;
    Mode mode_ = kOldestFirst;
    bool running_ = false;
    std::size_t target_size_ = 0;
    std::vector<std::byte*> targets_;  // that wait for an image
};

}  // namespace vcxg::gentl
