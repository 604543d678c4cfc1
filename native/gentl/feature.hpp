// One feature of one of the producer's own modules: what its node looks like, where its value comes from, what may be written.
// Values are asked from the module at every access; nothing is stored here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gige/bytes.hpp"

namespace vcxg::gentl {

// The register space of a module: a place for each feature, the XML, the bytes of its data feature (there is one at most).
namespace place {
inline constexpr std::uint64_t kFirst = 0x1000;
inline constexpr std::uint64_t kSize = 0x1000;
inline constexpr std::uint64_t kXml = 0x100000;
inline constexpr std::uint64_t kData = 0x100000000;
constexpr std::uint64_t of(std::size_t index) noexcept {
    return kFirst + index * kSize;
}
}  // namespace place

class Feature {
public:
    using Get = std::function<std::int64_t()>;
    using Set = std::function<void(std::int64_t)>;
    using GetText = std::function<std::string()>;
    using ReadData = std::function<void(std::uint64_t offset, gige::Bytes out)>;
    using Reason = std::function<const char*()>;  // nullptr: there is none
    using Entries = std::vector<std::pair<const char*, std::int64_t>>;
    enum class Kind { integer, floating, boolean, text, enumeration, command, data };

    // Where in the feature's place of the register space something stands: the value, and 8 bytes each of what holds for it.
    enum class Slot : std::uint64_t { value = 0, maximum = 0xF00, locked = 0xF08, available = 0xF10 };

    Feature(Kind kind, const char* category, const char* name, const char* doc)
        : kind_(kind), category_(category), name_(name), doc_(doc) {}

    // What the rows of a module's description say, one after the other.
    Feature& from(Get get) { return set(get_, std::move(get)); }
    Feature& from_text(GetText get) { return set(get_text_, std::move(get)); }
    Feature& from_data(ReadData read, Get size);
    Feature& to(Set write) { return set(set_, std::move(write)); }
    Feature& range(std::int64_t minimum, std::int64_t maximum);
    Feature& up_to(Get maximum);  // a limit that moves; from 0
    Feature& entries(Entries all) { return set(entries_, std::move(all)); }
    Feature& locked(Reason reason) { return set(locked_, std::move(reason)); }
    Feature& available(Get flag) { return set(available_, std::move(flag)); }
    Feature& selects(std::vector<const char*> features) { return set(selected_, std::move(features)); }
    Feature& unit(const char* text) { return set(unit_, text); }
    Feature& visible_to(const char* whom) { return set(visibility_, whom); }
    Feature& shown_as(const char* representation) { return set(representation_, representation); }
    Feature& length(std::size_t bytes) { return set(length_, bytes); }  // of a text, its end included

    [[nodiscard]] std::int64_t read(Slot slot) const;  // kAccessDenied when there is nothing to read
    [[nodiscard]] std::string read_text() const { return get_text_(); }
    void read_data(std::uint64_t offset, gige::Bytes out) const { read_data_(offset, out); }
    [[nodiscard]] std::uint64_t data_size() const { return static_cast<std::uint64_t>(get_()); }
    // kAccessDenied when it is read-only or locked, kInvalidValue outside the range.
    void write(std::int64_t value) const;

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const char* category() const noexcept { return category_; }
    [[nodiscard]] const char* name() const noexcept { return name_; }
    [[nodiscard]] std::size_t text_length() const noexcept { return length_; }
    [[nodiscard]] bool writable() const noexcept { return static_cast<bool>(set_); }

private:
    friend class FeatureXml;
    template <typename Field, typename Value>
    Feature& set(Field& field, Value&& value) {
        field = std::forward<Value>(value);
        return *this;
    }
    void check(std::int64_t value) const;

    Kind kind_;
    const char *category_, *name_, *doc_;
    Get get_{}, maximum_{}, available_{};
    Set set_{};
    GetText get_text_{};
    ReadData read_data_{};
    Reason locked_{};
    Entries entries_{};
    std::optional<std::pair<std::int64_t, std::int64_t>> range_{};
    std::vector<const char*> selected_{};
    const char* unit_ = "";
    const char* visibility_ = "";  // everybody
    const char* representation_ = "PureNumber";
    std::size_t length_ = 256;
};

}  // namespace vcxg::gentl
