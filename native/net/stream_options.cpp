#include "net/stream_options.hpp"

#include <array>
#include <string>

#include "net/environment.hpp"

namespace vcxg::net {
namespace {

constexpr std::array kEngines{ReceiveEngine::automatic, ReceiveEngine::batches, ReceiveEngine::gro,
                              ReceiveEngine::ring};

ReceiveEngine engine_from(const char* key, const std::string& text) {
    for (const ReceiveEngine engine : kEngines) {
        if (text == name(engine)) {
            return engine;
        }
    }
    refuse_environment(key, text, "automatic, batches, gro or ring");
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
    constexpr std::uint32_t kSmallest = 576;  // what every IPv4 host takes in one piece
    if (const auto text = text_from_environment(kEngine)) {
        options.engine = engine_from(kEngine, *text);
    }
    if (text_from_environment(kPorts)) {
        options.host_ports = ports_from_environment(kPorts);
    }
    if (const auto size = number_from_environment(kPacketSize, kSmallest, 0xFFFF)) {
        options.packet_size_max = static_cast<std::uint16_t>(*size);
    }
    return options;
}

}  // namespace vcxg::net
