// Unpacking and packing for Python. Takes only what is right in every respect and declines anything else:
// vcxg124m/mono12p.py then finds out what is wrong and says it in words.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "bindings/buffer.hpp"
#include "bindings/pool.hpp"
#include "bindings/registration.hpp"
#include "bindings/shortcut.hpp"
#include "mono12p/kernel.hpp"

namespace nb = nanobind;

namespace vcxg::bindings {
namespace {

// Below this many pixels the work is shorter than giving the interpreter lock away and taking it again.
constexpr std::size_t kKeepLockUpTo = 16'384;

template <class Work>
auto with_lock_released_for(std::size_t pixels, Work work) {
    if (pixels <= kKeepLockUpTo) {
        return work();
    }
    const nb::gil_scoped_release release;
    return work();
}

bool unpack(const mono12p::Kernel& kernel, const Buffer& source, const Buffer& destination) {
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

bool unpack_buffers(const mono12p::Kernel& kernel, nb::handle packed, nb::handle out) {
    return unpack(kernel, Buffer(packed, PyBUF_SIMPLE), Buffer(out, PyBUF_WRITABLE));
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

nb::object interned(const char* text) {
    return nb::steal(PyUnicode_InternFromString(text));
}

// The shape of an array as a call usually names it: a tuple of a few whole numbers.
class Shape {
public:
    // Nothing where it takes more than a look: a single number, numpy's numbers, negative ones, too large ones.
    [[nodiscard]] static std::optional<Shape> named_by(PyObject* object) noexcept {
        if (!PyTuple_CheckExact(object)) {
            return std::nullopt;
        }
        Shape shape;
        const Py_ssize_t count = PyTuple_Size(object);
        for (Py_ssize_t i = 0; i < count; ++i) {
            if (!shape.add(PyTuple_GetItem(object, i))) {
                return std::nullopt;
            }
        }
        return shape;
    }
    [[nodiscard]] bool operator==(std::span<const Py_ssize_t> lengths) const noexcept {
        return std::equal(lengths.begin(), lengths.end(), lengths_.begin(), lengths_.begin() + count_);
    }
    [[nodiscard]] std::size_t pixels() const noexcept { return pixels_; }

private:
    [[nodiscard]] bool add(PyObject* object) noexcept {
        constexpr std::size_t kMost = std::numeric_limits<Py_ssize_t>::max() / 2;  // bytes are counted, too
        const Py_ssize_t length = PyLong_CheckExact(object) ? PyLong_AsSsize_t(object) : -1;
        if (length < 0 || count_ == lengths_.size() ||
            (length > 0 && pixels_ > kMost / static_cast<std::size_t>(length))) {
            return false;
        }
        lengths_[count_++] = length;
        pixels_ *= static_cast<std::size_t>(length);
        return true;
    }

    std::array<Py_ssize_t, 4> lengths_{};
    std::size_t count_ = 0;
    std::size_t pixels_ = 1;
};

// `unpack_mono12p(packed, shape=None, *, out=None)` where all is plainly right and a kernel of ours is at work.
class QuickUnpack final : public QuickWay {
public:
    // `globals` are those of the function, which outlives its quick way.
    QuickUnpack(nb::handle globals, nb::object store)
        : globals_(globals), store_(std::move(store)), uint16_(nb::module_::import_("numpy").attr("dtype")("uint16")) {}

    [[nodiscard]] nb::object call(PyObject* const* arguments, std::size_t positional,
                                  PyObject* keywords) const override {
        PyObject* shape = Py_None;
        PyObject* out = Py_None;
        if (positional == 2) {
            shape = arguments[1];
        } else if (positional != 1) {
            return {};
        }
        const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_Size(keywords);
        for (Py_ssize_t i = 0; i < named; ++i) {
            PyObject* name = PyTuple_GetItem(keywords, i);
            if (name == out_name_.ptr()) {
                out = arguments[positional + static_cast<std::size_t>(i)];
            } else if (name == shape_name_.ptr() && positional == 1) {
                shape = arguments[positional + static_cast<std::size_t>(i)];
            } else {
                return {};
            }
        }
        const mono12p::Kernel* kernel = active_kernel();
        if (kernel == nullptr) {
            return {};
        }
        const Buffer source(arguments[0], PyBUF_SIMPLE);
        return out == Py_None ? into_new(*kernel, source, shape) : into(*kernel, source, shape, out);
    }

private:
    // The function chooses it at its first call; that it may also be numpy, it alone knows.
    [[nodiscard]] const mono12p::Kernel* active_kernel() const {
        const nb::handle active = PyDict_GetItemWithError(globals_.ptr(), active_name_.ptr());
        return active.is_valid() && active.type().is(kernel_type_) ? nb::inst_ptr<mono12p::Kernel>(active) : nullptr;
    }

    [[nodiscard]] static nb::object into(const mono12p::Kernel& kernel, const Buffer& source, PyObject* shape,
                                         PyObject* out) {
        const Buffer destination(out, PyBUF_WRITABLE);
        if (shape != Py_None) {
            const std::optional<Shape> named = Shape::named_by(shape);
            if (!named || !(*named == destination.shape())) {
                return {};
            }
        }
        return unpack(kernel, source, destination) ? nb::borrow(out) : nb::object();
    }

    [[nodiscard]] nb::object into_new(const mono12p::Kernel& kernel, const Buffer& source, PyObject* shape) const {
        std::size_t pixels = source.size() / 3 * 2 + source.size() % 3 / 2;
        nb::object made;
        if (shape == Py_None) {
            made = nb::int_(pixels);
            shape = made.ptr();
        } else if (const std::optional<Shape> named = Shape::named_by(shape)) {
            pixels = named->pixels();
        } else {
            return {};
        }
        if (source.size() != mono12p::packed_size(pixels)) {
            return {};
        }
        nb::object out =
            new_array(*nb::inst_ptr<BlockStore>(store_), shape, uint16_, static_cast<Py_ssize_t>(2 * pixels));
        return unpack(kernel, source, Buffer(out, PyBUF_WRITABLE)) ? out : nb::object();
    }

    nb::handle globals_;
    nb::object store_;
    nb::object uint16_;
    nb::object kernel_type_ = nb::borrow(nb::type<mono12p::Kernel>());
    nb::object shape_name_ = interned("shape");
    nb::object out_name_ = interned("out");
    nb::object active_name_ = interned("_active");
};

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
    module.def("quick_unpack", [](nb::object function, nb::handle_t<BlockStore> store) {
        auto quick_way = std::make_unique<QuickUnpack>(function.attr("__globals__"), nb::borrow(store));
        return shortcut(std::move(function), std::move(quick_way));
    });
    module.def("streaming_threshold", mono12p::streaming_threshold);
}

}  // namespace vcxg::bindings
