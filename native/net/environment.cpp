#include "net/environment.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "net/failure.hpp"

namespace vcxg::net {
namespace {

std::optional<std::uint32_t> whole_number(std::string_view text) noexcept {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint16_t> port(std::string_view text) noexcept {
    const auto value = whole_number(text);
    return value && *value >= 1 && *value <= 0xFFFF ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

}  // namespace

void refuse_environment(const char* variable, const std::string& value, const std::string& allowed) {
    throw Failure(Failure::Kind::invalid, std::string(variable) + "=" + value + " is not understood: " + allowed);
}

std::optional<std::string> text_from_environment(const char* variable) {
    const char* const value = std::getenv(variable);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::uint32_t> number_from_environment(const char* variable, std::uint32_t min, std::uint32_t max) {
    const auto text = text_from_environment(variable);
    if (!text) {
        return std::nullopt;
    }
    const auto value = whole_number(*text);
    if (!value || *value < min || *value > max) {
        refuse_environment(variable, *text,
                           "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return value;
}

PortRange ports_from_environment(const char* variable) {
    const auto text = text_from_environment(variable);
    if (!text) {
        return {};
    }
    const std::string_view all = *text;
    const std::size_t dash = all.find('-');
    const auto first = port(all.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : port(all.substr(dash + 1));
    if (!first || !last || *first > *last) {
        refuse_environment(variable, *text, "a port from 1 to 65535, or two with a dash between");
    }
    return {*first, *last};
}

}  // namespace vcxg::net
