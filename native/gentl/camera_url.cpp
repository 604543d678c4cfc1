#include "gentl/camera_url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "gentl/xml_archive.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::uint64_t kRegisterSpace = std::uint64_t{1} << 32;

template <typename Integer>
std::optional<Integer> number(std::string_view text, int base) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view before(std::string_view text, char mark) {
    return text.substr(0, text.find(mark));
}
std::string_view after(std::string_view text, char mark) {
    const std::size_t at = text.find(mark);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
}

// The name becomes a file in a consumer's folder: no path and nothing unusual may come from the camera.
std::string plain_file_name(std::string_view path) {
    path.remove_prefix(std::min(path.find_last_of("/\\") + 1, path.size()));
    std::string name(path);
    for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.' && c != '_') c = '_';
    }
    return name;
}

std::optional<PortUrl> parse_local(std::string_view rest) {
    const std::string_view parameters = rest.find('?') == std::string_view::npos ? "" : rest.substr(rest.find('?'));
    rest = before(rest, '?');
    const std::string name = plain_file_name(before(rest, ';'));
    const auto address = number<std::uint64_t>(before(after(rest, ';'), ';'), 16);
    const auto size = number<std::uint64_t>(after(after(rest, ';'), ';'), 16);
    if (name.empty() || !address || !size || *size == 0 || *size > xml_limit::kXml) return std::nullopt;
    if (*address > kRegisterSpace - *size) return std::nullopt;
    PortUrl url = local_url(name, *address, *size, std::string(parameters));
    const std::string_view version = after(parameters, '=');
    url.schema_major = number<std::int32_t>(before(version, '.'), 10).value_or(1);
    url.schema_minor = number<std::int32_t>(before(after(version, '.'), '.'), 10).value_or(1);
    return url;
}

}  // namespace

std::optional<PortUrl> parse_camera_url(std::string_view text) {
    text = before(text, '\0');
    std::string scheme(before(text, ':'));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string_view rest = after(text, ':');
    if (scheme == "local") return parse_local(rest);
    if ((scheme != "file" && scheme != "http" && scheme != "https") || rest.empty()) return std::nullopt;
    return PortUrl{.url = std::string(text),
                   .scheme = scheme == "file" ? UrlScheme::file : UrlScheme::http,
                   .file_name = plain_file_name(before(rest, '?'))};
}

}  // namespace vcxg::gentl
