// One announced buffer. Everything that changes belongs to the pool and its mutex.
#pragma once

#include <list>
#include <memory>

#include "gentl/info.hpp"
#include "gentl/registry.hpp"
#include "gige/frame.hpp"

namespace vcxg::gentl {

class Buffer final : public Object {
public:
    static constexpr const char* kKind = "buffer";
    // With memory == nullptr the buffer owns its memory.
    Buffer(void* memory, std::size_t size, void* user_pointer);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }

    [[nodiscard]] std::byte* memory() const noexcept { return memory_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] void* user_pointer() const noexcept { return user_pointer_; }
    [[nodiscard]] bool owns_memory() const noexcept { return own_ != nullptr; }

    // idle: the consumer's (announced or fetched). input: waits for a frame. filling: the receiver's. output: waits to be fetched.
    enum class State { idle, input, filling, output };

private:
    friend class BufferPool;
    using Place = std::list<Buffer*>::iterator;

    // All below with the pool's mutex held.
    [[nodiscard]] InfoValue info(Command command, std::uint64_t timestamp_frequency) const;
    [[nodiscard]] InfoValue frame_info(Command command, std::uint64_t timestamp_frequency) const;
    [[nodiscard]] bool image_present() const noexcept;
    [[nodiscard]] bool chunks_present() const noexcept { return frame_.complete && frame_.contains_chunks; }
    void clear() noexcept;

    std::unique_ptr<std::byte[]> own_;
    std::byte* memory_;
    std::size_t size_;
    void* user_pointer_;

    State state_ = State::idle;
    Place place_{};
    bool filled_ = false;  // frame_ describes the content
    bool new_data_ = false;
    bool discard_ = false;  // a flush wants it back as idle when the receiver returns it
    gige::FrameResult frame_{};
};

}  // namespace vcxg::gentl
