// Unpacking and packing for Python. Takes only what is right in every respect and answers False to anything else:
// vcxg124m/mono12p.py then finds out what is wrong and says it in words.
//
// Reads the buffer protocol itself: nanobind's array casters try DLPack first and build a description on the heap,
// which costs more than unpacking a small image (measured: docs/performance.md).
#include <bit>
#include <cstdint>
#include <string_view>

#include "bindings/registration.hpp"
#include "mono12p/kernel.hpp"

namespace nb = nanobind;

namespace vcxg::bindings {
namespace {

// Below this many pixels the work is shorter than giving the interpreter lock away and taking it again.
constexpr std::size_t kKeepLockUpTo = 16'384;

class Buffer {
public:
    Buffer(nb::handle object, int flags) noexcept
        : held_(PyObject_GetBuffer(object.ptr(), &view_, flags | PyBUF_ND | PyBUF_FORMAT) == 0) {
        if (!held_) {
            PyErr_Clear();
        }
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() {
        if (held_) {
            PyBuffer_Release(&view_);
        }
    }

    // `code` is the struct module's letter, without or with a prefix that names this processor's byte order.
    [[nodiscard]] bool holds(char code) const noexcept {
        if (!held_) {
            return false;
        }
        std::string_view format = view_.format == nullptr ? "B" : view_.format;
        constexpr char kNative = std::endian::native == std::endian::little ? '<' : '>';
        if (format.size() == 2 && (format[0] == '@' || format[0] == '=' || format[0] == kNative)) {
            format.remove_prefix(1);
        }
        return format.size() == 1 && format[0] == code;
    }
    [[nodiscard]] std::uint8_t* data() const noexcept { return static_cast<std::uint8_t*>(view_.buf); }
    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(view_.len); }
    [[nodiscard]] bool overlaps(const Buffer& other) const noexcept {
        return size() > 0 && other.size() > 0 && data() < other.data() + other.size() && other.data() < data() + size();
    }

private:
    Py_buffer view_{};
    bool held_;
};

template <class Work>
auto with_lock_released_for(std::size_t pixels, Work work) {
    if (pixels <= kKeepLockUpTo) {
        return work();
    }
    const nb::gil_scoped_release release;
    return work();
}

bool unpack_buffers(const mono12p::Kernel& kernel, nb::handle packed, nb::handle out) {
    const Buffer source(packed, PyBUF_SIMPLE);
    const Buffer destination(out, PyBUF_WRITABLE);
    if (!source.holds('B') || !destination.holds('H') || source.overlaps(destination)) {
        return false;
    }
    const std::size_t pixels = destination.size() / 2;
    if (source.size() != mono12p::packed_size(pixels)) {
        return false;
    }
    with_lock_released_for(pixels, [&] { mono12p::unpack(kernel, source.data(), destination.data(), pixels); });
    return true;
}

bool pack_buffers(const mono12p::Kernel& kernel, nb::handle image, nb::handle out) {
    const Buffer source(image, PyBUF_SIMPLE);
    const Buffer destination(out, PyBUF_WRITABLE);
    if (!source.holds('H') || !destination.holds('B') || source.overlaps(destination)) {
        return false;
    }
    const std::size_t pixels = source.size() / 2;
    if (destination.size() != mono12p::packed_size(pixels)) {
        return false;
    }
    return with_lock_released_for(pixels,
                                  [&] { return mono12p::pack(kernel, source.data(), destination.data(), pixels); });
}

}  // namespace

void register_mono12p(nb::module_& module) {
    nb::class_<mono12p::Kernel>(module, "Kernel")
        .def_prop_ro("name",
                     [](const mono12p::Kernel& kernel) { return nb::str(kernel.name.data(), kernel.name.size()); })
        .def("unpack", unpack_buffers)
        .def("pack", pack_buffers);
    module.def("kernels", [] {
        nb::list list;
        for (const mono12p::Kernel* kernel : mono12p::kernels()) {
            list.append(nb::cast(kernel, nb::rv_policy::reference));
        }
        return list;
    });
    module.def("streaming_threshold", mono12p::streaming_threshold);
}

}  // namespace vcxg::bindings
