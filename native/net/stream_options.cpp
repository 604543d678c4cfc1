#include "net/stream_options.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "net/failure.hpp"

namespace vcxg::net {
namespace {

constexpr std::array kEngines{ReceiveEngine::automatic, ReceiveEngine::batches, ReceiveEngine::gro,
                              ReceiveEngine::ring};

std::optional<std::string_view> variable(const char* key) {
    const char* const text = std::getenv(key);
    return text != nullptr && *text != '\0' ? std::optional<std::string_view>(text) : std::nullopt;
}

[[noreturn]] void refuse(const char* key, std::string_view value, const char* allowed) {
    throw Failure(Failure::Kind::invalid,
                  std::string(key) + "=" + std::string(value) + " is not understood: " + allowed);
}

std::optional<std::uint16_t> number(std::string_view text) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

ReceiveEngine engine_from(const char* key, std::string_view text) {
    for (const ReceiveEngine engine : kEngines) {
        if (text == name(engine)) {
            return engine;
        }
    }
    refuse(key, text, "automatic, batches, gro or ring");
}

PortRange ports_from(const char* key, std::string_view text) {
    const auto dash = text.find('-');
    const auto first = number(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (!first || !last || *first == 0 || *last < *first) {
        refuse(key, text, "a port from 1 to 65535, or two with a dash between");
    }
    return {*first, *last};
}

std::uint16_t packet_size_from(const char* key, std::string_view text) {
    constexpr std::uint16_t kSmallest = 576;  // what every IPv4 host takes in one piece
    const auto size = number(text);
    if (!size || *size < kSmallest) {
        refuse(key, text, "bytes with IP, UDP and stream headers, from 576 to 65535");
    }
    return *size;
}

}  // namespace

const char* name(ReceiveEngine engine) noexcept {
    switch (engine) {
        case ReceiveEngine::automatic:
            return "automatic";
        case ReceiveEngine::batches:
            return "batches";
        case ReceiveEngine::gro:
            return "gro";
        case ReceiveEngine::ring:
            return "ring";
    }
    return "";
}

StreamOptions with_environment(StreamOptions options) {
    constexpr const char* kEngine = "VCXG124M_RECEIVE_ENGINE";
    constexpr const char* kPorts = "VCXG124M_STREAM_PORTS";
    constexpr const char* kPacketSize = "VCXG124M_PACKET_SIZE_MAX";
    if (const auto text = variable(kEngine)) {
        options.engine = engine_from(kEngine, *text);
    }
    if (const auto text = variable(kPorts)) {
        options.host_ports = ports_from(kPorts, *text);
    }
    if (const auto text = variable(kPacketSize)) {
        options.packet_size_max = packet_size_from(kPacketSize, *text);
    }
    return options;
}

}  // namespace vcxg::net
