// What went wrong, for GCGetLastError, and the guard that every exported function runs in: no exception leaves it.
#pragma once

#include <stdexcept>
#include <string>

#include "gentl/gentl.hpp"

namespace vcxg::gentl {

class Error : public std::runtime_error {
public:
    Error(Status status, const std::string& text) : std::runtime_error(text), status_(status) {}
    [[nodiscard]] Status status() const noexcept { return status_; }

private:
    Status status_;
};

struct LastError {  // of one thread; no destructor, so that a thread may end at any time
    Status status;
    char text[512];
};
[[nodiscard]] const LastError& last_error() noexcept;

// To be called inside a catch block: translates the exception in flight, remembers it for this thread, returns its status.
Status remember_current_exception(const char* function) noexcept;

void require_initialised();  // throws kNotInitialized

template <typename Body>
Status guarded_always(const char* function, Body&& body) noexcept {
    try {
        body();
        return code::kSuccess;
    } catch (...) {
        return remember_current_exception(function);
    }
}

template <typename Body>
Status guarded(const char* function, Body&& body) noexcept {
    return guarded_always(function, [&] {
        require_initialised();
        body();
    });
}

// Returns the pointer's target, or throws kInvalidParameter naming the argument.
template <typename T>
T& required(T* pointer, const char* name) {
    if (pointer == nullptr) throw Error(code::kInvalidParameter, std::string(name) + " is NULL");
    return *pointer;
}

}  // namespace vcxg::gentl
