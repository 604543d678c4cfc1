#include "gentl/xml_archive.hpp"

#include <algorithm>
#include <string_view>

namespace vcxg::gentl {
namespace {

using gige::ConstBytes;
using gige::has;

constexpr std::uint32_t kEndSignature = 0x06054B50;
constexpr std::uint32_t kCentralSignature = 0x02014B50;
constexpr std::uint32_t kLocalSignature = 0x04034B50;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::uint16_t kEncrypted = 0x0001;
constexpr std::uint16_t kSizesFollow = 0x0008;  // the local header leaves them out

struct Objection {
    std::string text;
};

std::uint32_t get_le(ConstBytes bytes, std::size_t offset, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8) | std::to_integer<std::uint32_t>(bytes[offset + i]);
    return value;
}
std::uint16_t u16(ConstBytes bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(get_le(bytes, offset, 2));
}
std::uint32_t u32(ConstBytes bytes, std::size_t offset) {
    return get_le(bytes, offset, 4);
}

ConstBytes part(ConstBytes file, std::size_t offset, std::size_t size, const char* what) {
    if (!has(file, offset, size)) throw Objection{std::string("its ") + what + " lies outside of it"};
    return file.subspan(offset, size);
}

// At the very end, but for zeros up to a multiple of 4, and the directory right before it: readers look for both in different
// ways, and must find the same.
std::size_t end_record(ConstBytes file) {
    constexpr std::size_t kPaddingMax = 3;
    for (std::size_t padding = 0; padding <= kPaddingMax && padding + kEndSize <= file.size(); ++padding) {
        const std::size_t at = file.size() - kEndSize - padding;
        if (u32(file, at) != kEndSignature) continue;
        if (u16(file, at + 20) != 0) throw Objection{"it has a comment"};
        if (std::uint64_t{u32(file, at + 12)} + u32(file, at + 16) != at) {
            throw Objection{"its directory does not stand before its end"};
        }
        return at;
    }
    throw Objection{"it does not end as an archive does"};
}

std::string_view name_of(ConstBytes name) {
    return {reinterpret_cast<const char*>(name.data()), name.size()};
}

// It becomes a file in a consumer's folder.
void check_name(std::string_view name) {
    if (name.empty() || name == "." || name == "..") throw Objection{"a member has no name"};
    for (const char c : name) {
        if (c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            throw Objection{"the name of a member contains a path or a control character"};
        }
    }
}

// What the member's own header says has to be what the directory says: which of the two a consumer believes is not known.
void check_local_header(ConstBytes file, ConstBytes entry) {
    const ConstBytes local = part(file, u32(entry, 42), kLocalSize, "local header");
    const std::size_t data = std::size_t{u32(entry, 42)} + kLocalSize + u16(local, 26) + u16(local, 28);
    static_cast<void>(part(file, data, u32(entry, 20), "member"));
    const bool sizes_are_there = (u16(local, 6) & kSizesFollow) == 0;
    if (u32(local, 0) != kLocalSignature || u16(local, 8) != u16(entry, 10) ||
        (sizes_are_there && (u32(local, 18) != u32(entry, 20) || u32(local, 22) != u32(entry, 24)))) {
        throw Objection{"a member contradicts the directory"};
    }
}

// Checks the directory's entry and returns its unpacked size.
std::uint64_t check_entry(ConstBytes file, ConstBytes entry, std::string_view name) {
    check_name(name);
    const std::uint16_t method = u16(entry, 10);
    const std::uint64_t packed = u32(entry, 20), unpacked = u32(entry, 24);
    if ((u16(entry, 8) & kEncrypted) != 0) throw Objection{"a member is encrypted"};
    if (method != 0 && method != 8) {
        throw Objection{"a member is packed by method " + std::to_string(method) +
                        "; stored (0) and deflate (8) are allowed"};
    }
    if (unpacked > xml_limit::kRatio * std::max<std::uint64_t>(packed, 1)) {
        throw Objection{"a member of " + std::to_string(packed) + " bytes unpacks to " + std::to_string(unpacked) +
                        "; at most " + std::to_string(xml_limit::kRatio) + " times is allowed"};
    }
    check_local_header(file, entry);
    return unpacked;
}

void check(ConstBytes file) {
    if (file.size() > xml_limit::kArchive) {
        throw Objection{"it has " + std::to_string(file.size()) + " bytes; " + std::to_string(xml_limit::kArchive) +
                        " are allowed"};
    }
    const ConstBytes end = file.subspan(end_record(file));
    const std::size_t members = u16(end, 10);
    if (u16(end, 4) != 0 || u16(end, 6) != 0 || u16(end, 8) != members) throw Objection{"it has several volumes"};
    if (members == 0 || members > xml_limit::kMembers) {
        throw Objection{"it has " + std::to_string(members) + " members; 1 to " + std::to_string(xml_limit::kMembers) +
                        " are allowed"};
    }
    ConstBytes directory = part(file, u32(end, 16), u32(end, 12), "directory");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < members; ++i) {
        const ConstBytes entry = part(directory, 0, kCentralSize, "directory");
        if (u32(entry, 0) != kCentralSignature) throw Objection{"its directory is damaged"};
        const std::size_t name_size = u16(entry, 28);
        const ConstBytes name = part(directory, kCentralSize, name_size, "directory");
        const std::size_t size = kCentralSize + name_size + u16(entry, 30) + u16(entry, 32);
        static_cast<void>(part(directory, 0, size, "directory"));
        total += check_entry(file, entry, name_of(name));
        directory = directory.subspan(size);
    }
    if (total == 0 || total > xml_limit::kXml) {
        throw Objection{"it unpacks to " + std::to_string(total) + " bytes; 1 to " + std::to_string(xml_limit::kXml) +
                        " are allowed"};
    }
}

}  // namespace

std::optional<std::string> objection_to_archive(ConstBytes file) {
    try {
        check(file);
        return std::nullopt;
    } catch (const Objection& objection) {
        return objection.text;
    }
}

}  // namespace vcxg::gentl
