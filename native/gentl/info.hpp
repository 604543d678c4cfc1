// One answer of a …GetInfo function, and the protocol in which a consumer fetches it: ask for the size, then for the value.
#pragma once

#include <string>
#include <string_view>

#include "gentl/gentl.hpp"

namespace vcxg::gentl {

class InfoValue {
public:
    [[nodiscard]] static InfoValue text(std::string_view value);
    [[nodiscard]] static InfoValue i32(std::int32_t value) { return number(DataType::i32, value); }
    [[nodiscard]] static InfoValue u32(std::uint32_t value) { return number(DataType::u32, value); }
    [[nodiscard]] static InfoValue u64(std::uint64_t value) { return number(DataType::u64, value); }
    [[nodiscard]] static InfoValue size(std::size_t value) { return number(DataType::size, value); }
    [[nodiscard]] static InfoValue boolean(bool value) { return number(DataType::bool8, Bool8{value}); }
    [[nodiscard]] static InfoValue bytes(std::string value) { return {DataType::bytes, std::move(value)}; }
    [[nodiscard]] static InfoValue pointer(const void* value) { return number(DataType::pointer, value); }

    [[nodiscard]] std::int64_t integer() const;  // of a number or a pointer

    // Without a buffer: tells type and size. With one: copies; kBufferTooSmall leaves the needed size in `size`.
    void deliver(std::int32_t* type, void* buffer, std::size_t* size) const;

private:
    InfoValue(DataType type, std::string bytes) : type_(type), bytes_(std::move(bytes)) {}
    template <typename T>
    [[nodiscard]] static InfoValue number(DataType type, T value) {
        return {type, std::string(reinterpret_cast<const char*>(&value), sizeof value)};
    }

    DataType type_;
    std::string bytes_;
};

// The same protocol for functions that return a string only; the size counts the terminating NUL.
void deliver_text(std::string_view text, char* buffer, std::size_t* size);

[[noreturn]] void unknown_command(const char* table, Command command);  // kNotImplemented
[[noreturn]] void not_available(const char* what, const char* reason);  // kNotAvailable

}  // namespace vcxg::gentl
