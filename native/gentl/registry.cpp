#include "gentl/registry.hpp"

namespace vcxg::gentl {
namespace {

// Layout of a handle: tag (8 bits, makes it no valid address), generation (32), slot number (24).
constexpr std::uint64_t kTag = 0xE7;
constexpr std::size_t kMaxSlots = std::size_t{1} << 24;
static_assert(sizeof(Handle) == sizeof(std::uint64_t), "handles need 64 bits");

Handle encode(std::size_t index, std::uint32_t generation) noexcept {
    return reinterpret_cast<Handle>((kTag << 56) | (std::uint64_t{generation} << 24) | index);
}

}  // namespace

Handle Registry::add(std::shared_ptr<Object> object, Handle parent) {
    const std::lock_guard lock(mutex_);
    if (parent != nullptr && slot_of(parent) == nullptr) {
        throw Error(code::kInvalidHandle, "the parent module was closed meanwhile");
    }
    std::size_t index = slots_.size();
    if (!free_.empty()) {
        index = free_.back();
        free_.pop_back();
    } else {
        if (index == kMaxSlots) throw std::bad_alloc();
        slots_.emplace_back();
        free_.reserve(slots_.size());  // so that closing never allocates here
    }
    Slot& slot = slots_[index];
    slot.parent = parent;
    slot.object = std::move(object);
    slot.object->handle_ = encode(index, ++slot.generation);
    return slot.object->handle_;
}

const Registry::Slot* Registry::slot_of(Handle handle) const noexcept {
    const auto bits = reinterpret_cast<std::uint64_t>(handle);
    const std::size_t index = bits & (kMaxSlots - 1);
    if (bits >> 56 != kTag || index >= slots_.size()) return nullptr;
    const Slot& slot = slots_[index];
    return slot.object != nullptr && handle == encode(index, slot.generation) ? &slot : nullptr;
}

std::shared_ptr<Object> Registry::find(Handle handle) const {
    const std::lock_guard lock(mutex_);
    const Slot* slot = slot_of(handle);
    if (slot == nullptr) {
        throw Error(code::kInvalidHandle, handle == nullptr ? "the handle is NULL" : "the handle is not open");
    }
    return slot->object;
}

void Registry::take_tree(std::size_t index, Closed& closed) {
    const Handle self = slots_[index].object->handle();
    for (std::size_t child = 0; child < slots_.size(); ++child) {
        if (slots_[child].object != nullptr && slots_[child].parent == self) take_tree(child, closed);
    }
    closed.push_back(std::move(slots_[index].object));
    slots_[index].object = nullptr;
    free_.push_back(index);
}

void Registry::shut_down(const Closed& closed) noexcept {
    for (const auto& object : closed) object->shutdown();
}

void Registry::close(Handle handle) {
    Closed closed;
    {
        const std::lock_guard lock(mutex_);
        const Slot* slot = slot_of(handle);
        if (slot == nullptr) throw Error(code::kInvalidHandle, "the handle is not open");
        closed.reserve(slots_.size());
        take_tree(static_cast<std::size_t>(slot - slots_.data()), closed);
    }
    shut_down(closed);
}

void Registry::close_all() noexcept {
    for (std::size_t index = 0;; ++index) {
        Closed closed;
        {
            const std::lock_guard lock(mutex_);
            if (index >= slots_.size()) return;
            if (slots_[index].object == nullptr || slots_[index].parent != nullptr) continue;
            closed.reserve(slots_.size());
            take_tree(index, closed);
        }
        shut_down(closed);
    }
}

}  // namespace vcxg::gentl
