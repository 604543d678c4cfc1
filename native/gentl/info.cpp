#include "gentl/info.hpp"

#include <cstring>
#include <utility>

#include "gentl/error.hpp"

namespace vcxg::gentl {

InfoValue InfoValue::text(std::string_view value) {
    std::string bytes(value.substr(0, value.find('\0')));
    bytes.push_back('\0');
    return {DataType::string, std::move(bytes)};
}

std::int64_t InfoValue::integer() const {
    std::int64_t value = 0;
    for (std::size_t i = bytes_.size(); i-- > 0;) value = (value << 8) | static_cast<unsigned char>(bytes_[i]);
    return value;
}

void InfoValue::deliver(std::int32_t* type, void* buffer, std::size_t* size) const {
    std::size_t& capacity = required(size, "size");
    if (type != nullptr) *type = static_cast<std::int32_t>(type_);
    const std::size_t needed = bytes_.size();
    const std::size_t offered = std::exchange(capacity, needed);
    if (buffer == nullptr) return;
    if (offered < needed) {
        throw Error(code::kBufferTooSmall, "the buffer holds " + std::to_string(offered) + " bytes, " +
                                               std::to_string(needed) + " are needed");
    }
    std::memcpy(buffer, bytes_.data(), needed);
}

void deliver_text(std::string_view text, char* buffer, std::size_t* size) {
    InfoValue::text(text).deliver(nullptr, buffer, size);
}

void unknown_command(const char* table, Command command) {
    throw Error(code::kNotImplemented, std::string("no ") + table + " info with number " + std::to_string(command));
}

void not_available(const char* what, const char* reason) {
    throw Error(code::kNotAvailable, std::string(what) + " is not available: " + reason);
}

}  // namespace vcxg::gentl
