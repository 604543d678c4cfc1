#include "gentl/error.hpp"

#include <cstdio>
#include <new>

#include "net/failure.hpp"

namespace vcxg::gentl {
namespace {

thread_local LastError t_last_error{code::kSuccess, "No error"};

Status remember(const char* function, Status status, const char* text) noexcept {
    t_last_error.status = status;
    std::snprintf(t_last_error.text, sizeof t_last_error.text, "%s: %s", function, text);
    return status;
}

// GVCP status codes of a refused command.
Status status_of_refusal(std::uint16_t gvcp_status) noexcept {
    switch (gvcp_status) {
        case 0x8001:
            return code::kNotImplemented;
        case 0x8002:
            return code::kInvalidValue;
        case 0x8003:
            return code::kInvalidAddress;
        case 0x8004:
            return code::kAccessDenied;  // WRITE_PROTECT
        case 0x8005:
            return code::kInvalidParameter;  // BAD_ALIGNMENT
        case 0x8006:
            return code::kAccessDenied;
        case 0x8007:
            return code::kBusy;
        default:
            return code::kIo;
    }
}

Status status_of(const net::Failure& failure) noexcept {
    switch (failure.kind()) {
        case net::Failure::Kind::access_denied:
            return code::kAccessDenied;
        case net::Failure::Kind::invalid:
            return code::kInvalidParameter;
        case net::Failure::Kind::refused:
            return status_of_refusal(failure.gvcp_status());
        case net::Failure::Kind::timeout:
        case net::Failure::Kind::lost:
        case net::Failure::Kind::malformed:
        case net::Failure::Kind::system:
            return code::kIo;
    }
    return code::kError;
}

}  // namespace

const LastError& last_error() noexcept {
    return t_last_error;
}

Status remember_current_exception(const char* function) noexcept {
    try {
        throw;
    } catch (const Error& error) {
        return remember(function, error.status(), error.what());
    } catch (const net::Failure& failure) {
        return remember(function, status_of(failure), failure.what());
    } catch (const std::bad_alloc&) {
        return remember(function, code::kOutOfMemory, "out of memory");
    } catch (const std::exception& error) {
        return remember(function, code::kError, error.what());
    } catch (...) {
        return remember(function, code::kError, "unknown error");
    }
}

}  // namespace vcxg::gentl
