// A Python function with a quick way past it.
//
// The quick way does what is plainly right and declines everything else, which the Python function then does or refuses
// in words. So the function stays the whole truth, with its documentation, signature and types, and the usual call
// saves the interpreter's part (measured: docs/performance.md).
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <memory>

namespace vcxg::bindings {

class QuickWay {
public:
    QuickWay() = default;
    QuickWay(const QuickWay&) = delete;
    QuickWay& operator=(const QuickWay&) = delete;
    virtual ~QuickWay() = default;

    // The arguments are those of Python's vectorcall: `keywords` is a tuple of names, or null, and their values follow
    // the positional ones. Declines by an empty result or any exception.
    [[nodiscard]] virtual nanobind::object call(PyObject* const* arguments, std::size_t positional,
                                                PyObject* keywords) const = 0;
};

// To its users it is `function`, as functools.wraps makes it.
[[nodiscard]] nanobind::object shortcut(nanobind::object function, std::unique_ptr<QuickWay> quick_way);

}  // namespace vcxg::bindings
