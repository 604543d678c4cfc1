#include "gentl/node_map.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace vcxg::gentl {
namespace {

constexpr std::size_t kIntegerSize = 8;

std::string little_endian(std::int64_t value) {
    std::string bytes(kIntegerSize, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFF);
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

// What a feature shows in its place from the given offset on; `offset` becomes the one inside of it.
std::string content(const Feature& feature, std::uint64_t& offset) {
    constexpr auto kStates = static_cast<std::uint64_t>(Feature::Slot::maximum);
    constexpr auto kLast = static_cast<std::uint64_t>(Feature::Slot::available);
    if (offset >= kStates) {
        const std::uint64_t slot = offset / kIntegerSize * kIntegerSize;
        offset -= slot;
        return slot > kLast ? std::string() : little_endian(feature.read(static_cast<Feature::Slot>(slot)));
    }
    if (feature.kind() != Feature::Kind::text) return little_endian(feature.read(Feature::Slot::value));
    std::string text = feature.read_text();
    text.resize(std::min(text.size(), feature.text_length() - 1));
    text.resize(feature.text_length());
    return text;
}

}  // namespace

Feature& NodeMap::add(Feature::Kind kind, const char* name, const char* doc) {
    return features_.emplace_back(kind, category_, name, doc);
}

Feature& NodeMap::integer(const char* name, const char* doc, Feature::Get get) {
    return add(Feature::Kind::integer, name, doc).from(std::move(get));
}

Feature& NodeMap::integer(const char* name, const char* doc, std::atomic<std::int64_t>& setting) {
    return integer(name, doc, [&setting] { return setting.load(); }).to([&setting](std::int64_t value) {
        setting = value;
    });
}

Feature& NodeMap::floating(const char* name, const char* doc, Feature::Get get) {
    return add(Feature::Kind::floating, name, doc).from(std::move(get));
}

Feature& NodeMap::boolean(const char* name, const char* doc, Feature::Get get) {
    return add(Feature::Kind::boolean, name, doc).from(std::move(get));
}

Feature& NodeMap::text(const char* name, const char* doc, Feature::GetText get) {
    return add(Feature::Kind::text, name, doc).from_text(std::move(get));
}

Feature& NodeMap::enumeration(const char* name, const char* doc, Feature::Entries entries, Feature::Get get) {
    return add(Feature::Kind::enumeration, name, doc).entries(std::move(entries)).from(std::move(get));
}

Feature& NodeMap::command(const char* name, const char* doc, std::function<void()> run) {
    return add(Feature::Kind::command, name, doc).to([run = std::move(run)](std::int64_t) { run(); });
}

Feature& NodeMap::data(const char* name, const char* doc, Feature::ReadData read, Feature::Get size) {
    return add(Feature::Kind::data, name, doc).from_data(std::move(read), std::move(size));
}

void NodeMap::finish() {
    xml_ = describe_module(identity_, features_);
}

PortUrl NodeMap::url() const {
    return local_url(identity_.file_name, place::kXml, xml_.size());
}

const Feature* NodeMap::feature_at(std::uint64_t address) const noexcept {
    const std::uint64_t index = (address - place::kFirst) / place::kSize;  // a lower address becomes a huge index
    return index < features_.size() ? &features_[index] : nullptr;
}

void NodeMap::read(std::uint64_t address, gige::Bytes out) const {
    if (address >= place::kData) {
        const auto found = std::find_if(features_.begin(), features_.end(),
                                        [](const Feature& f) { return f.kind() == Feature::Kind::data; });
        if (found == features_.end()) no_register(address, out.size());
        return found->read_data(address - place::kData, out);
    }
    std::string value;
    std::uint64_t offset = 0;
    gige::ConstBytes source;
    if (address >= place::kXml) {
        offset = address - place::kXml;
        source = std::as_bytes(std::span(xml_));
    } else if (const Feature* feature = feature_at(address)) {
        offset = (address - place::kFirst) % place::kSize;
        value = content(*feature, offset);
        source = std::as_bytes(std::span(value));
    }
    if (source.empty() || !gige::has(source, offset, out.size())) no_register(address, out.size());
    std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
}

void NodeMap::write(std::uint64_t address, gige::ConstBytes bytes) const {
    const Feature* const feature = feature_at(address);
    if (feature == nullptr || (address - place::kFirst) % place::kSize != 0) no_register(address, bytes.size());
    if (!feature->writable()) throw Error(code::kAccessDenied, std::string(feature->name()) + " is read-only");
    if (bytes.size() != kIntegerSize) {
        throw Error(code::kInvalidParameter, std::string(feature->name()) + " is written with 8 bytes");
    }
    feature->write(from_little_endian(bytes));
}

}  // namespace vcxg::gentl
