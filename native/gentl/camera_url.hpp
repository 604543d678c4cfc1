// The URL registers of a camera: where its XML is. Computes only.
#pragma once

#include <optional>
#include <string_view>

#include "gentl/port.hpp"

namespace vcxg::gentl {

// `Local:[///]name.ext;ADDRESS;LENGTH[?SchemaVersion=x.y.z]` (hexadecimal, no 0x), `File:…` or `http:…`, scheme in any case.
// Nothing for anything else: no name, a length of 0 or above 16 MiB, a range outside the 32-bit register space.
[[nodiscard]] std::optional<PortUrl> parse_camera_url(std::string_view text);

}  // namespace vcxg::gentl
