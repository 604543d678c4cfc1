// Settings that a user gives through environment variables. What cannot be understood throws Failure::invalid, naming the
// variable, the value and what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/port_range.hpp"

namespace vcxg::net {

// Throws "NAME=value is not understood: allowed".
[[noreturn]] void refuse_environment(const char* variable, const std::string& value, const std::string& allowed);

// None when the variable is not set or empty.
[[nodiscard]] std::optional<std::string> text_from_environment(const char* variable);
[[nodiscard]] std::optional<std::uint32_t> number_from_environment(const char* variable, std::uint32_t min,
                                                                   std::uint32_t max);

// "50010" or "50010-50019".
[[nodiscard]] PortRange ports_from_environment(const char* variable);

}  // namespace vcxg::net
