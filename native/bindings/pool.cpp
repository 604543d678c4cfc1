// Memory for frames that comes back. The first write to fresh pages costs several times the unpacking, so a block that
// its last user let go is kept and handed out again for the next request of its size.
//
// Every path through here holds the interpreter lock (requests come from Python, returns from the end of a Python
// object), so there is no lock of our own, none to be found taken in the child after a fork either.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

#include "bindings/pool.hpp"
#include "bindings/registration.hpp"

namespace nb = nanobind;

namespace vcxg::bindings {
namespace {

// Below this many bytes the C library's own recycling does as well.
constexpr Py_ssize_t kSmall = 64 << 10;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kHugeFrom = 2 * kHugePage;  // smaller blocks would waste much of their last huge page

struct FreeMemory {
    std::size_t alignment;
    void operator()(std::byte* memory) const noexcept { ::operator delete (memory, std::align_val_t{alignment}); }
};
using Memory = std::unique_ptr<std::byte, FreeMemory>;

Memory allocate(std::size_t size) {
    const std::size_t alignment = size >= kHugeFrom ? kHugePage : kPage;
    Memory memory(static_cast<std::byte*>(::operator new (size, std::align_val_t{alignment})), FreeMemory{alignment});
#if defined(MADV_HUGEPAGE)
    if (alignment == kHugePage) {
        // Advice only, and only for whole huge pages: the rest of the last one belongs to somebody else.
        static_cast<void>(::madvise(memory.get(), size / kHugePage * kHugePage, MADV_HUGEPAGE));
    }
#endif
    return memory;
}

}  // namespace

// Blocks that nobody uses, the longest unused first.
class Store {
public:
    explicit Store(std::size_t budget) noexcept : budget_(budget) {}

    [[nodiscard]] Memory take(std::size_t size) {
        const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [size](const Idle& i) { return i.size == size; });
        if (found == idle_.rend()) {
            return allocate(size);
        }
        Memory memory = std::move(found->memory);
        idle_.erase(std::next(found).base());
        idle_bytes_ -= size;
        return memory;
    }

    void give_back(Memory memory, std::size_t size) {
        idle_.push_back({std::move(memory), size});
        idle_bytes_ += size;
        trim(budget_);
    }

    void trim(std::size_t keep) noexcept {
        auto kept = idle_.begin();
        for (; idle_bytes_ > keep; ++kept) {
            idle_bytes_ -= kept->size;
        }
        idle_.erase(idle_.begin(), kept);
    }

    [[nodiscard]] std::size_t idle_bytes() const noexcept { return idle_bytes_; }

private:
    struct Idle {
        Memory memory;
        std::size_t size;
    };
    std::size_t budget_;
    std::size_t idle_bytes_ = 0;
    std::vector<Idle> idle_;
};

namespace {

// What an array has as its base: memory that goes back to the store when the array and all its views are gone.
class Block {
public:
    Block(std::shared_ptr<Store> store, std::size_t size)
        : store_(std::move(store)),
          size_(size),
          capacity_((size + kPage - 1) / kPage * kPage),
          memory_(store_->take(capacity_)) {}
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        try {
            store_->give_back(std::move(memory_), capacity_);
        } catch (const std::bad_alloc&) {
            // No room to note the block: it went out of scope inside, which freed it.
        }
    }

    [[nodiscard]] std::byte* data() const noexcept { return memory_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    std::shared_ptr<Store> store_;
    std::size_t size_;
    std::size_t capacity_;
    Memory memory_;
};

int get_buffer(PyObject* self, Py_buffer* view, int flags) noexcept {
    const Block* block = nb::inst_ptr<Block>(nb::handle(self));
    return PyBuffer_FillInfo(view, self, block->data(), static_cast<Py_ssize_t>(block->size()), /*readonly=*/0, flags);
}

PyType_Slot block_slots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)}, {0, nullptr}};

nb::object take_block(const BlockStore& from, std::size_t size) {
    nb::object block = nb::inst_alloc(nb::type<Block>());
    new (nb::inst_ptr<Block>(block)) Block(from.store, size);
    nb::inst_set_state(block, /*ready=*/true, /*destruct=*/true);
    return block;
}

}  // namespace

nb::object new_array(const BlockStore& from, nb::handle shape, nb::handle dtype, Py_ssize_t size) {
    static const nb::handle ndarray = nb::object(nb::module_::import_("numpy").attr("ndarray")).release();
    if (size < kSmall) {
        return ndarray(shape, dtype);
    }
    return ndarray(shape, dtype, take_block(from, static_cast<std::size_t>(size)));
}

void register_pool(nb::module_& module) {
    nb::class_<Block>(module, "Block", nb::type_slots(block_slots));
    nb::class_<BlockStore>(module, "BlockStore")
        .def(
            "__init__",
            [](BlockStore* self, std::size_t budget) { new (self) BlockStore{std::make_shared<Store>(budget)}; },
            nb::arg("budget"))
        .def("array", new_array)
        .def("trim", [](const BlockStore& self) { self.store->trim(0); })
        .def_prop_ro("idle_bytes", [](const BlockStore& self) { return self.store->idle_bytes(); });
}

}  // namespace vcxg::bindings
