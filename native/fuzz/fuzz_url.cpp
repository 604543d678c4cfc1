// The URL registers of a camera.
#include <cctype>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "gentl/camera_url.hpp"

namespace gentl = vcxg::gentl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto url = gentl::parse_camera_url({reinterpret_cast<const char*>(data), size});
    if (!url) return 0;
    for (const char c : url->file_name) {
        MUST(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.');
    }
    if (url->scheme == gentl::UrlScheme::local) {
        MUST(url->size > 0 && url->size <= 16u << 20 && url->address + url->size <= std::uint64_t{1} << 32);
        MUST(!url->file_name.empty());
    }
    return 0;
}
