// IPv4 addresses as text, and those that the environment names.
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "net/discovery.hpp"
#include "net/failure.hpp"

namespace vcxg::net {

std::string to_string(Ipv4 address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += std::to_string((address >> shift) & 0xFF);
        text += shift > 0 ? "." : "";
    }
    return text;
}

bool parse_ipv4(const std::string& text, Ipv4& address) noexcept {
    Ipv4 value = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int part = 0; part < 4; ++part) {
        unsigned number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || number > 255 || next - at > 3) {
            return false;
        }
        value = (value << 8) | number;
        at = next;
        if (part < 3) {
            if (at == end || *at != '.') {
                return false;
            }
            ++at;
        }
    }
    if (at != end) {
        return false;
    }
    address = value;
    return true;
}

std::vector<Ipv4> unicast_addresses_from_environment() {
    constexpr const char* kVariable = "VCXG124M_DISCOVERY_ADDRESSES";
    const char* const value = std::getenv(kVariable);
    std::vector<Ipv4> addresses;
    std::string_view rest = value == nullptr ? "" : value;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view item = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const std::size_t first = item.find_first_not_of(" \t");
        if (first == std::string_view::npos) {
            continue;
        }
        item = item.substr(first, item.find_last_not_of(" \t") - first + 1);
        Ipv4 address = 0;
        if (!parse_ipv4(std::string(item), address)) {
            throw Failure(Failure::Kind::invalid,
                          std::string(kVariable) + " names \"" + std::string(item) +
                              "\", which is not an IPv4 address; write them as 10.0.0.7,10.0.0.8");
        }
        addresses.push_back(address);
    }
    return addresses;
}

}  // namespace vcxg::net
