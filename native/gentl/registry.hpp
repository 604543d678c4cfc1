// Opaque handles. A handle is a slot number and the slot's generation, never an address: a stale, foreign or
// invented handle is told apart by looking it up and is not dereferenced.
// The registry also holds the tree of modules, so that closing a module closes what was opened through it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gentl/error.hpp"
#include "gentl/gentl.hpp"

namespace vcxg::gentl {

class Object {
public:
    static constexpr const char* kKind = "module";
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object() = default;
    // Called once when the handle is closed, children first; other threads may still be inside calls on this object.
    virtual void shutdown() noexcept {}
    [[nodiscard]] virtual const char* kind() const noexcept = 0;
    [[nodiscard]] Handle handle() const noexcept { return handle_; }

private:
    friend class Registry;
    Handle handle_ = nullptr;
};

class Registry {
public:
    // The parent must be open (or null for a root); otherwise the object is not added and kInvalidHandle is thrown.
    Handle add(std::shared_ptr<Object> object, Handle parent);

    // The object as a T, or kInvalidHandle.
    template <typename T>
    [[nodiscard]] std::shared_ptr<T> get(Handle handle) const {
        const std::shared_ptr<Object> object = find(handle);
        auto result = std::dynamic_pointer_cast<T>(object);
        if (!result)
            throw Error(code::kInvalidHandle, std::string("the handle is a ") + object->kind() + ", not a " + T::kKind);
        return result;
    }

    void close(Handle handle);  // with everything below it; kInvalidHandle when it is not open
    void close_all() noexcept;

private:
    struct Slot {
        std::uint32_t generation = 0;
        Handle parent = nullptr;
        std::shared_ptr<Object> object;
    };
    using Closed = std::vector<std::shared_ptr<Object>>;
    [[nodiscard]] std::shared_ptr<Object> find(Handle handle) const;
    [[nodiscard]] const Slot* slot_of(Handle handle) const noexcept;
    void take_tree(std::size_t index, Closed& closed);  // children before parents
    static void shut_down(const Closed& closed) noexcept;

    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    std::vector<std::size_t> free_;
};

}  // namespace vcxg::gentl
