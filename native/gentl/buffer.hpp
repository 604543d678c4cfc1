// One announced buffer. Everything that changes belongs to the pool and its mutex.
#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "gentl/node_map.hpp"
#include "gentl/unpacking.hpp"
#include "gige/frame.hpp"

namespace vcxg::gentl {

class BufferPool;

class Buffer final : public Port {
public:
    static constexpr const char* kKind = "buffer";
    // With memory == nullptr the buffer owns its memory.
    Buffer(std::weak_ptr<const BufferPool> pool, void* memory, std::size_t size, void* user_pointer);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }

    [[nodiscard]] PortFacts facts() const override;
    void read(std::uint64_t address, gige::Bytes out) override { nodes().read(address, out); }
    void write(std::uint64_t address, gige::ConstBytes bytes) override { nodes().write(address, bytes); }
    [[nodiscard]] std::vector<PortUrl> urls() override { return {nodes().url()}; }

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

    // The module's features, described when somebody asks for them first: most buffers are never looked at like this.
    [[nodiscard]] const NodeMap& nodes();
    void describe(NodeMap& nodes) const;
    void read_data(std::uint64_t offset, gige::Bytes out) const;
    [[nodiscard]] InfoValue ask(Command command) const;  // with the pool's mutex; kInvalidHandle when the pool is gone

    std::weak_ptr<const BufferPool> pool_;
    std::once_flag described_;
    std::unique_ptr<NodeMap> nodes_;
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
    Unpacking unpacking_{};  // the receiver's while the buffer is being filled, but for its target
};

}  // namespace vcxg::gentl
