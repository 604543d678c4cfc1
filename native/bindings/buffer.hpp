// One argument's memory, through Python's buffer protocol. nanobind's array casters try DLPack first and build a
// description on the heap, which costs more than unpacking a small image (measured: docs/performance.md).
#pragma once

#include <nanobind/nanobind.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vcxg::bindings {

// Memory that is contiguous in C's order, or nothing at all. Leaves no error set.
class Buffer {
public:
    Buffer(nanobind::handle object, int flags) noexcept
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
    [[nodiscard]] std::span<const Py_ssize_t> shape() const noexcept {
        return {view_.shape, static_cast<std::size_t>(view_.ndim)};
    }
    [[nodiscard]] bool overlaps(const Buffer& other) const noexcept {
        return size() > 0 && other.size() > 0 && data() < other.data() + other.size() && other.data() < data() + size();
    }

private:
    Py_buffer view_{};
    bool held_;
};

}  // namespace vcxg::bindings
