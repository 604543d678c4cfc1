#include "gentl/buffer_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gentl/chunks.hpp"
#include "gentl/waiting.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::chrono::milliseconds kLandingTime{500};  // a full frame is on a GigE link for 150 ms
constexpr std::size_t kMostTargets = 16;

Buffer& buffer_of(const gige::Target& target) noexcept {
    return *static_cast<Buffer*>(target.cookie);
}

const char* whereabouts(Buffer::State state) noexcept {
    switch (state) {
        case Buffer::State::idle:
            return "not queued";
        case Buffer::State::input:
            return "queued";
        case Buffer::State::filling:
            return "being filled";
        case Buffer::State::output:
            return "waiting to be fetched";
    }
    return "";
}

}  // namespace

BufferPool::BufferPool(std::uint64_t timestamp_frequency) : timestamp_frequency_(timestamp_frequency) {
    targets_.reserve(kMostTargets);  // they come back in the receiving thread, which must not allocate
}

void BufferPool::move(Buffer& buffer, Buffer::State to, bool to_front) noexcept {
    List& target = list(to);
    target.splice(to_front ? target.begin() : target.end(), list(buffer.state_), buffer.place_);
    buffer.state_ = to;
}

void BufferPool::move_all(Buffer::State from, Buffer::State to) noexcept {
    while (!list(from).empty()) {
        Buffer& buffer = *list(from).front();
        clear(buffer);
        move(buffer, to);
    }
}

std::shared_ptr<Buffer> BufferPool::announce(void* memory, std::size_t size, void* user_pointer) {
    auto buffer = std::make_shared<Buffer>(weak_from_this(), memory, size, user_pointer);
    const std::lock_guard lock(mutex_);
    for (const auto& other : announced_) {
        if (other->memory() == buffer->memory()) throw Error(code::kResourceInUse, "this memory is announced already");
    }
    announced_.push_back(buffer);
    List& idle = list(Buffer::State::idle);
    buffer->place_ = idle.insert(idle.end(), buffer.get());
    return buffer;
}

void BufferPool::revoke(Buffer& buffer) {
    const std::lock_guard lock(mutex_);
    if (buffer.state_ != Buffer::State::idle) {
        throw Error(code::kBusy,
                    std::string("the buffer is ") + whereabouts(buffer.state_) + "; flush the queues first");
    }
    const auto found =
        std::find_if(announced_.begin(), announced_.end(), [&](const auto& b) { return b.get() == &buffer; });
    if (found == announced_.end()) throw Error(code::kInvalidHandle, "the buffer was revoked meanwhile");
    list(Buffer::State::idle).erase(buffer.place_);
    announced_.erase(found);
}

void BufferPool::queue(Buffer& buffer) {
    const std::lock_guard lock(mutex_);
    if (buffer.state_ != Buffer::State::idle) {
        throw Error(code::kResourceInUse, std::string("the buffer is ") + whereabouts(buffer.state_));
    }
    clear(buffer);
    move(buffer, Buffer::State::input);
}

void BufferPool::flush(std::int32_t operation) {
    using State = Buffer::State;
    const std::lock_guard lock(mutex_);
    switch (operation) {
        case flush::input_to_output:
            fired_ += list(State::input).size();
            move_all(State::input, State::output);
            arrival_.notify_all();
            return;
        case flush::output_discard:
            return move_all(State::output, State::idle);
        case flush::all_to_input:
            move_all(State::output, State::input);
            [[fallthrough]];
        case flush::unqueued_to_input:
            return move_all(State::idle, State::input);
        case flush::all_discard:
            for (Buffer* buffer : list(State::filling)) buffer->discard_ = true;
            move_all(State::input, State::idle);
            return move_all(State::output, State::idle);
        default:
            throw Error(code::kInvalidParameter, "no flush operation " + std::to_string(operation) + " (0 to 4)");
    }
}

std::shared_ptr<Buffer> BufferPool::at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    if (index >= announced_.size()) {
        throw Error(code::kInvalidIndex,
                    "buffer " + std::to_string(index) + " of " + std::to_string(announced_.size()) + " does not exist");
    }
    return announced_[index];
}

bool BufferPool::owns(const Buffer& buffer) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(announced_.begin(), announced_.end(), [&](const auto& own) { return own.get() == &buffer; });
}

InfoValue BufferPool::info(const Buffer& buffer, Command command) const {
    const std::lock_guard lock(mutex_);
    return buffer.info(command, timestamp_frequency_);
}

std::vector<Chunk> BufferPool::chunks(const Buffer& buffer) const {
    const std::lock_guard lock(mutex_);
    if (buffer.state_ == Buffer::State::filling || !buffer.filled_ || !buffer.chunks_present()) {
        throw Error(code::kNoData, "the buffer holds no chunk data");
    }
    const gige::ConstBytes block(buffer.memory(), std::min(buffer.frame_.extent, buffer.size()));
    return parse_chunks(block, block.size() - std::min(buffer.frame_.chunk_length, block.size()));
}

void BufferPool::set_mode(Mode mode) {
    const std::lock_guard lock(mutex_);
    mode_ = mode;
}

BufferPool::Mode BufferPool::mode() const {
    const std::lock_guard lock(mutex_);
    return mode_;
}

std::size_t BufferPool::minimum() const {
    switch (mode()) {
        case kOldestFirst:
            return 1;
        case kOldestFirstOverwrite:
            return 2;  // one is filled while another waits
        case kNewestOnly:
            return 3;  // and one is the consumer's
    }
    return 1;
}

std::size_t BufferPool::largest_buffer() const {
    const std::lock_guard lock(mutex_);
    std::size_t largest = 0;
    for (const auto& buffer : announced_) largest = std::max(largest, buffer->size());
    return largest;
}

std::vector<std::byte*> BufferPool::lent_targets() const {
    std::vector<std::byte*> lent = targets_;
    for (const auto& buffer : announced_) {
        if (buffer->state_ != Buffer::State::idle && buffer->unpacking_.target() != nullptr) {
            lent.push_back(buffer->unpacking_.target());
        }
    }
    return lent;
}

void BufferPool::set_target_size(std::size_t size) {
    if (size % 2 != 0) throw Error(code::kInvalidValue, "a pixel has 2 bytes; " + std::to_string(size) + " is odd");
    const std::lock_guard lock(mutex_);
    if (!lent_targets().empty()) {
        throw Error(code::kResourceInUse, "unpack targets of another size are lent; stop the acquisition first");
    }
    target_size_ = size;
}

std::size_t BufferPool::target_size() const {
    const std::lock_guard lock(mutex_);
    return target_size_;
}

void BufferPool::lend(void* target) {
    const std::lock_guard lock(mutex_);
    if (!running_) throw Error(code::kNotAvailable, "no acquisition runs that could use an unpack target");
    if (target == nullptr || target_size_ == 0) {
        throw Error(code::kInvalidParameter, "an unpack target needs an address, and its size to be set");
    }
    auto* const bytes = static_cast<std::byte*>(target);
    const std::vector<std::byte*> lent = lent_targets();
    if (std::find(lent.begin(), lent.end(), bytes) != lent.end()) {
        throw Error(code::kResourceInUse, "this memory is lent already");
    }
    if (lent.size() >= kMostTargets) {
        throw Error(code::kResourceInUse, std::to_string(lent.size()) + " unpack targets are lent already");
    }
    targets_.push_back(bytes);
}

// Memory whose image was fetched is the consumer's; it may be gone.
void BufferPool::recover_target(Buffer& buffer) noexcept {
    std::byte* const target = buffer.unpacking_.target();
    if (target != nullptr && buffer.state_ != Buffer::State::idle) targets_.push_back(target);
    buffer.unpacking_ = {};
}

void BufferPool::clear(Buffer& buffer) noexcept {
    recover_target(buffer);
    buffer.clear();
}

NewBufferData BufferPool::take(Reader& reader, std::uint64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    const List& output = list(Buffer::State::output);
    const auto ready = [&] { return reader.killed || reader.closed || !output.empty(); };
    wait_ms(arrival_, lock, timeout_ms, ready);
    if (reader.closed) throw Error(code::kAbort, "the event was unregistered");
    if (std::exchange(reader.killed, false)) throw Error(code::kAbort, "the wait was ended by EventKill");
    if (output.empty()) throw Error(code::kTimeout, "no buffer within " + std::to_string(timeout_ms) + " ms");
    Buffer& buffer = *output.front();
    move(buffer, Buffer::State::idle);
    ++delivered_;
    unpacked_ += buffer.unpacking_.target() != nullptr ? 1 : 0;
    return {.buffer = buffer.handle(), .user_pointer = buffer.user_pointer()};
}

void BufferPool::open(Reader& reader) {
    const std::lock_guard lock(mutex_);
    reader.fired_before = fired_ - list(Buffer::State::output).size();
}

void BufferPool::kill(Reader& reader) {
    const std::lock_guard lock(mutex_);
    reader.killed = true;
    arrival_.notify_all();
}

void BufferPool::close(Reader& reader) noexcept {
    const std::lock_guard lock(mutex_);
    reader.closed = true;
    arrival_.notify_all();
}

std::uint64_t BufferPool::fired(const Reader& reader) const {
    const std::lock_guard lock(mutex_);
    return fired_ - reader.fired_before;
}

void BufferPool::begin(std::uint64_t frames) {
    const std::lock_guard lock(mutex_);
    running_ = true;
    frames_left_ = frames;
    started_ = delivered_ = overwritten_ = refused_ = unpacked_ = 0;
}

void BufferPool::refuse_new_frames() {
    std::unique_lock lock(mutex_);
    frames_left_ = 0;
    landed_.wait_for(lock, kLandingTime, [&] { return list(Buffer::State::filling).empty(); });
}

void BufferPool::end() {
    const std::lock_guard lock(mutex_);
    frames_left_ = 0;
    running_ = false;
    for (const auto& buffer : announced_) {
        if (buffer->state_ != Buffer::State::idle) recover_target(*buffer);
    }
    targets_.clear();
}

BufferPool::Counts BufferPool::counts() const {
    const std::lock_guard lock(mutex_);
    return {.announced = announced_.size(),
            .input = list(Buffer::State::input).size(),
            .filling = list(Buffer::State::filling).size(),
            .output = list(Buffer::State::output).size(),
            .started = started_,
            .delivered = delivered_,
            .overwritten = overwritten_,
            .refused = refused_,
            .unpacked = unpacked_,
            .finished = frames_left_ == 0 && list(Buffer::State::filling).empty()};
}

void BufferPool::give_up_oldest() noexcept {
    if (list(Buffer::State::output).empty()) return;
    Buffer& oldest = *list(Buffer::State::output).front();
    clear(oldest);
    move(oldest, Buffer::State::input);
    ++overwritten_;
}

std::optional<gige::Target> BufferPool::acquire() noexcept {
    const std::lock_guard lock(mutex_);
    if (frames_left_ == 0) {
        ++refused_;
        return std::nullopt;
    }
    if (list(Buffer::State::input).empty() && mode_ != kOldestFirst) give_up_oldest();
    if (list(Buffer::State::input).empty()) return std::nullopt;
    Buffer& buffer = *list(Buffer::State::input).front();
    move(buffer, Buffer::State::filling);
    if (frames_left_ != kInfinite) --frames_left_;
    ++started_;
    return gige::Target{.data = buffer.memory(), .size = buffer.size(), .cookie = &buffer};
}

void BufferPool::grow(const gige::Target& target, const gige::gvsp::Leader& leader, std::size_t in_place) noexcept {
    Buffer& buffer = buffer_of(target);
    if (buffer.unpacking_.target() == nullptr) {
        const std::uint64_t pixels = Unpacking::pixels_of(leader);
        if (pixels == 0) return;
        const std::lock_guard lock(mutex_);
        if (pixels != target_size_ / 2 || targets_.empty()) return;
        buffer.unpacking_ = Unpacking(targets_.back(), target_size_ / 2);
        targets_.pop_back();
    }
    buffer.unpacking_.advance(buffer.memory(), in_place);
}

void BufferPool::deliver(const gige::Target& target, const gige::FrameResult& result) noexcept {
    const std::lock_guard lock(mutex_);
    Buffer& buffer = buffer_of(target);
    if (!result.complete || !buffer.unpacking_.is_whole(result.received)) recover_target(buffer);
    if (buffer.discard_) {
        clear(buffer);
        move(buffer, Buffer::State::idle);
    } else {
        buffer.frame_ = result;
        buffer.filled_ = true;
        buffer.new_data_ = true;
        while (mode_ == kNewestOnly && !list(Buffer::State::output).empty()) give_up_oldest();
        move(buffer, Buffer::State::output);
        ++fired_;
        arrival_.notify_one();
    }
    landed_.notify_all();
}

void BufferPool::give_back(const gige::Target& target) noexcept {
    const std::lock_guard lock(mutex_);
    Buffer& buffer = buffer_of(target);
    const Buffer::State to = buffer.discard_ ? Buffer::State::idle : Buffer::State::input;
    clear(buffer);
    move(buffer, to, to == Buffer::State::input);
    landed_.notify_all();
}

}  // namespace vcxg::gentl
