// Reads the golden bytes of tests/golden: load("gvcp").at("READREG_CCP").
// The format stands in tests/golden/README.md; VCXG_GOLDEN_DIR comes from the build.
#pragma once

#include <cctype>
#include <cstddef>
#include <fstream>
#include <istream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vcxg::golden {

using Entries = std::map<std::string, std::vector<std::byte>, std::less<>>;

namespace detail {

inline bool is_space(char character) {
    return std::isspace(static_cast<unsigned char>(character)) != 0;
}

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

inline unsigned digit(char character) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto value = kDigits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(character))));
    if (value == std::string_view::npos) {
        throw std::runtime_error(std::string("not a hex digit: '") + character + "'");
    }
    return static_cast<unsigned>(value);
}

inline void append_hex(std::string_view text, std::vector<std::byte>& bytes) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_space(text[i])) {
            continue;
        }
        if (i + 1 == text.size() || is_space(text[i + 1])) {
            throw std::runtime_error("half a byte");
        }
        bytes.push_back(static_cast<std::byte>(digit(text[i]) << 4 | digit(text[i + 1])));
        ++i;
    }
}

}  // namespace detail

// A typing error in a golden file must not pass as other bytes: everything unexpected throws with the line's number.
inline Entries parse(std::istream& text, const std::string& source) {
    Entries entries;
    std::vector<std::byte>* current = nullptr;
    std::string line;
    for (unsigned number = 1; std::getline(text, line); ++number) {
        std::string_view content = std::string_view(line).substr(0, line.find('#'));
        if (detail::trimmed(content).empty()) {
            continue;
        }
        try {
            if (!detail::is_space(content.front())) {
                const auto equals = content.find('=');
                const auto name = detail::trimmed(content.substr(0, equals));
                if (equals == std::string_view::npos || name.empty()) {
                    throw std::runtime_error("expected 'NAME = hex bytes'");
                }
                const auto [entry, added] = entries.try_emplace(std::string(name));
                if (!added) {
                    throw std::runtime_error(entry->first + " stands there twice");
                }
                current = &entry->second;
                content.remove_prefix(equals + 1);
            }
            if (current == nullptr) {
                throw std::runtime_error("a continuation line stands before the first entry");
            }
            detail::append_hex(content, *current);
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(source + ":" + std::to_string(number) + ": " + error.what());
        }
    }
    return entries;
}

inline Entries load(const std::string& protocol) {
    const std::string path = std::string(VCXG_GOLDEN_DIR) + "/" + protocol + ".txt";
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return parse(file, path);
}

}  // namespace vcxg::golden
