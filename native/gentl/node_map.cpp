#include "gentl/node_map.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>

namespace vcxg::gentl {
namespace {

// The virtual register space: one place of kPlace bytes a row, little-endian integers, NUL-padded strings; then the XML.
constexpr std::uint64_t kFirstPlace = 0x1000;
constexpr std::uint64_t kPlace = 0x100;
constexpr std::uint64_t kXmlAddress = 0x100000;
constexpr std::size_t kIntegerSize = 8;

std::string tag(const char* name, std::string_view value) {
    std::string result = "<";
    result.append(name).append(">").append(value).append("</").append(name).append(">");
    return result;
}

std::array<std::byte, kIntegerSize> little_endian(std::int64_t value) {
    std::array<std::byte, kIntegerSize> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFF);
    }
    return bytes;
}

std::int64_t from_little_endian(gige::ConstBytes bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8) | std::to_integer<std::uint64_t>(bytes[i]);
    return static_cast<std::int64_t>(value);
}

[[noreturn]] void no_register(std::uint64_t address, std::size_t size) {
    std::ostringstream text;
    text << "no register of this module at 0x" << std::hex << address << " with " << std::dec << size << " bytes";
    throw Error(code::kInvalidAddress, text.str());
}

}  // namespace

void NodeMap::integer(const char* name, const char* doc, Get get, const char* representation) {
    rows_.push_back({.kind = Kind::integer,
                     .category = category_,
                     .name = name,
                     .doc = doc,
                     .get = std::move(get),
                     .representation = representation});
}

void NodeMap::boolean(const char* name, const char* doc, Get get) {
    rows_.push_back({.kind = Kind::boolean, .category = category_, .name = name, .doc = doc, .get = std::move(get)});
}

void NodeMap::text(const char* name, const char* doc, GetText get) {
    rows_.push_back({.kind = Kind::text, .category = category_, .name = name, .doc = doc, .get_text = std::move(get)});
}

void NodeMap::enumeration(const char* name, const char* doc, Entries entries, Get get) {
    rows_.push_back({.kind = Kind::enumeration,
                     .category = category_,
                     .name = name,
                     .doc = doc,
                     .get = std::move(get),
                     .entries = std::move(entries)});
}

void NodeMap::command(const char* name, const char* doc, std::function<void()> run) {
    rows_.push_back({.kind = Kind::command,
                     .category = category_,
                     .name = name,
                     .doc = doc,
                     .set = [run = std::move(run)](std::int64_t) { run(); }});
}

void NodeMap::selector(const char* name, const char* doc, Get get, Set set, Get max,
                       std::vector<const char*> selected) {
    const auto checked = [name, set = std::move(set), max](std::int64_t index) {
        const std::int64_t last = max();
        if (index < 0 || index > last) {
            throw Error(code::kInvalidValue, std::string(name) + " = " + std::to_string(index) +
                                                 " not accepted: 0 to " + std::to_string(last));
        }
        set(index);
    };
    rows_.push_back({.kind = Kind::selector,
                     .category = category_,
                     .name = name,
                     .doc = doc,
                     .get = std::move(get),
                     .set = checked,
                     .selected = std::move(selected)});
    rows_.push_back(
        {.kind = Kind::limit, .category = category_, .name = std::string(name) + "Max", .get = std::move(max)});
}

void NodeMap::finish() {
    xml_ = build_xml();
}

PortUrl NodeMap::url() const {
    return local_url(identity_.file_name, kXmlAddress, xml_.size());
}

void NodeMap::read(std::uint64_t address, gige::Bytes out) const {
    gige::ConstBytes source;
    std::uint64_t offset = 0;
    std::array<std::byte, kPlace> place{};
    if (address >= kXmlAddress) {
        source = std::as_bytes(std::span(xml_));
        offset = address - kXmlAddress;
    } else if (address >= kFirstPlace && (address - kFirstPlace) / kPlace < rows_.size()) {
        const Row& row = rows_[(address - kFirstPlace) / kPlace];
        offset = (address - kFirstPlace) % kPlace;
        if (row.kind == Kind::text) {
            const std::string value = row.get_text();
            std::memcpy(place.data(), value.data(), std::min<std::size_t>(value.size(), kPlace - 1));
            source = place;
        } else if (row.get) {
            const auto bytes = little_endian(row.get());
            std::copy(bytes.begin(), bytes.end(), place.begin());
            source = gige::ConstBytes(place).first(kIntegerSize);
        } else {
            throw Error(code::kAccessDenied, row.name + " can only be executed");
        }
    }
    if (!gige::has(source, offset, out.size()) || source.empty()) no_register(address, out.size());
    std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
}

void NodeMap::write(std::uint64_t address, gige::ConstBytes bytes) const {
    if (address < kFirstPlace || (address - kFirstPlace) / kPlace >= rows_.size() ||
        (address - kFirstPlace) % kPlace != 0) {
        no_register(address, bytes.size());
    }
    const Row& row = rows_[(address - kFirstPlace) / kPlace];
    if (!row.set) throw Error(code::kAccessDenied, row.name + " is read-only");
    if (bytes.size() != kIntegerSize) throw Error(code::kInvalidParameter, row.name + " is written with 8 bytes");
    row.set(from_little_endian(bytes));
}

std::string NodeMap::int_register(const std::string& name, const std::string& head, std::uint64_t address,
                                  const char* access, const char* tail) const {
    std::ostringstream xml;
    xml << "<IntReg Name=\"" << name << "\">" << head << "<Address>0x" << std::hex << address << std::dec
        << "</Address>" << tag("Length", "8") << tag("AccessMode", access) << tag("pPort", identity_.port_name)
        << tag("Cachable", "NoCache") << tag("Sign", "Signed") << tag("Endianess", "LittleEndian") << tail
        << "</IntReg>\n";
    return xml.str();
}

std::string NodeMap::nodes_of(const Row& row, std::uint64_t address) const {
    const std::string doc = tag("ToolTip", row.doc);
    const std::string hidden = row.name + "Reg";
    std::ostringstream xml;
    switch (row.kind) {
        case Kind::integer:
            return int_register(row.name, doc, address, "RO", tag("Representation", row.representation).c_str());
        case Kind::limit:
            return int_register(row.name, tag("Visibility", "Invisible"), address, "RO", "");
        case Kind::boolean:
            xml << "<Boolean Name=\"" << row.name << "\">" << doc << tag("pValue", hidden) << tag("OnValue", "1")
                << tag("OffValue", "0") << "</Boolean>\n"
                << int_register(hidden, "", address, "RO", "");
            return xml.str();
        case Kind::text:
            xml << "<StringReg Name=\"" << row.name << "\">" << doc << "<Address>0x" << std::hex << address << std::dec
                << "</Address><Length>" << kPlace << "</Length>" << tag("AccessMode", "RO")
                << tag("pPort", identity_.port_name) << tag("Cachable", "NoCache") << "</StringReg>\n";
            return xml.str();
        case Kind::enumeration:
            xml << "<Enumeration Name=\"" << row.name << "\">" << doc;
            for (const auto& [name, value] : row.entries) {
                xml << "<EnumEntry Name=\"" << name << "\"><Value>" << value << "</Value></EnumEntry>";
            }
            xml << tag("pValue", hidden) << "</Enumeration>\n" << int_register(hidden, "", address, "RO", "");
            return xml.str();
        case Kind::command:
            xml << "<Command Name=\"" << row.name << "\">" << doc << tag("pValue", hidden) << tag("CommandValue", "1")
                << "</Command>\n"
                << int_register(hidden, "", address, "WO", "");
            return xml.str();
        case Kind::selector:
            xml << "<Integer Name=\"" << row.name << "\">" << doc << tag("pValue", hidden) << tag("Min", "0")
                << tag("pMax", row.name + "Max");
            for (const char* selected : row.selected) xml << tag("pSelected", selected);
            xml << "</Integer>\n" << int_register(hidden, "", address, "RW", "");
            return xml.str();
    }
    return {};
}

std::string NodeMap::build_xml() const {
    std::vector<std::string> categories;
    std::ostringstream nodes;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        nodes << nodes_of(rows_[i], kFirstPlace + i * kPlace);
        if (std::find(categories.begin(), categories.end(), rows_[i].category) == categories.end()) {
            categories.emplace_back(rows_[i].category);
        }
    }
    std::ostringstream xml;
    xml << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RegisterDescription ModelName=\"" << identity_.model
        << "\" VendorName=\"vcxg124m\" StandardNameSpace=\"None\" SchemaMajorVersion=\"1\" SchemaMinorVersion=\"1\" "
           "SchemaSubMinorVersion=\"0\" MajorVersion=\"1\" MinorVersion=\"0\" SubMinorVersion=\"0\" ToolTip=\"Producer "
           "module\" "
           "ProductGuid=\""
        << identity_.guid << "\" VersionGuid=\"" << identity_.guid
        << "\" xmlns=\"http://www.genicam.org/GenApi/Version_1_1\" "
           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
           "xsi:schemaLocation=\"http://www.genicam.org/GenApi/Version_1_1 "
           "http://www.genicam.org/GenApi/GenApiSchema_Version_1_1.xsd\">\n";
    xml << "<Category Name=\"Root\">";
    for (const auto& category : categories) xml << tag("pFeature", category);
    xml << "</Category>\n";
    for (const auto& category : categories) {
        xml << "<Category Name=\"" << category << "\">";
        for (const Row& row : rows_) {
            if (row.category == category && row.kind != Kind::limit) xml << tag("pFeature", row.name);
        }
        xml << "</Category>\n";
    }
    xml << nodes.str() << "<Port Name=\"" << identity_.port_name << "\"/>\n</RegisterDescription>\n";
    return xml.str();
}

}  // namespace vcxg::gentl
