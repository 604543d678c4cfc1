// The zip file in which a camera keeps its XML, looked at before a consumer unpacks it. Reads the directory and the headers;
// unpacks nothing. A consumer unpacks as many bytes as the directory says, so what the directory says is where a bomb is found.
// Source: the ZIP file format, APPNOTE 6.3, end of central directory, central and local file headers.
#pragma once

#include <optional>
#include <string>

#include "gige/bytes.hpp"

namespace vcxg::gentl {

namespace xml_limit {
inline constexpr std::uint64_t kXml = std::uint64_t{16} << 20;     // bytes of an XML, and of all members of an archive
inline constexpr std::uint64_t kArchive = std::uint64_t{4} << 20;  // bytes of an archive
inline constexpr std::uint64_t kRatio = 200;                       // unpacked to packed; real ones reach 30
inline constexpr std::size_t kMembers = 16;
}  // namespace xml_limit

// Why the archive must not be handed on, naming the value and the limit; none when it may be.
[[nodiscard]] std::optional<std::string> objection_to_archive(gige::ConstBytes file);

}  // namespace vcxg::gentl
