// The producer as a consumer sees it: loaded from its file, one typed pointer an entry point.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "gentl/gentl.hpp"

namespace vcxg::testing {

using gentl::Handle;
using gentl::Status;

inline void* producer_library() {
    static void* const library = dlopen(VCXG_PRODUCER, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    return library;
}

// PRODUCER(TLOpen)(&system) calls the loaded TLOpen.
#define PRODUCER(name) \
    (reinterpret_cast<decltype(&::vcxg::gentl::name)>(dlsym(::vcxg::testing::producer_library(), #name)))

inline std::string last_error_text() {
    Status status = 0;
    char text[1024] = "";
    std::size_t size = sizeof text;
    PRODUCER(GCGetLastError)(&status, text, &size);
    return text;
}

inline void expect_success(Status status, const char* call) {
    if (status != 0)
        throw std::runtime_error(std::string(call) + " = " + std::to_string(status) + ": " + last_error_text());
}
// OK(TLOpen(&system)): calls it and throws with the producer's own text when it fails.
#define OK(name, ...) ::vcxg::testing::expect_success(PRODUCER(name)(__VA_ARGS__), #name)

// A value asked for in one call, as consumers ask for numbers.
template <typename T, typename Ask>
T value(Ask&& ask) {
    T result{};
    std::size_t size = sizeof result;
    std::int32_t type = 0;
    expect_success(ask(&type, &result, &size), "info");
    if (size != sizeof result) throw std::runtime_error("the info has another size: " + std::to_string(size));
    return result;
}

// A string asked for in two calls.
template <typename Ask>
std::string text(Ask&& ask) {
    std::size_t size = 0;
    std::int32_t type = 0;
    expect_success(ask(&type, nullptr, &size), "info size");
    std::string result(size, '?');
    expect_success(ask(&type, result.data(), &size), "info");
    if (result.empty() || result.back() != '\0') throw std::runtime_error("the string has no end");
    result.pop_back();
    return result;
}

template <typename T>
T buffer_value(Handle stream, Handle buffer, gentl::Command command) {
    return value<T>([&](auto... out) { return PRODUCER(DSGetBufferInfo)(stream, buffer, command, out...); });
}

template <typename T>
T stream_value(Handle stream, gentl::Command command) {
    return value<T>([&](auto... out) { return PRODUCER(DSGetInfo)(stream, command, out...); });
}

}  // namespace vcxg::testing
