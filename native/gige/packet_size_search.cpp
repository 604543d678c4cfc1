#include "gige/packet_size_search.hpp"

namespace vcxg::gige {

PacketSizeSearch find_packet_size(std::uint16_t original, std::uint16_t largest,
                                  const std::function<std::uint16_t(std::uint16_t)>& probe) {
    constexpr std::uint16_t kEthernet = 1500;  // what every Ethernet carries
    constexpr unsigned kStep = 16;             // 16 bytes more are 0.2 % of throughput: not worth another round
    if (const std::uint16_t arrived = probe(largest); arrived != 0) {
        return {arrived, true};
    }
    std::uint16_t good = kEthernet < largest ? probe(kEthernet) : std::uint16_t{0};
    if (good == 0 && original < largest && original != kEthernet) {
        good = probe(original);
    }
    if (good == 0) {
        return {original, false};
    }
    unsigned bad = largest;
    while (bad > good + kStep) {
        const auto middle = static_cast<std::uint16_t>((good + bad) / 2 / 4 * 4);
        const std::uint16_t arrived = probe(middle);
        if (arrived == 0) {
            bad = middle;
        } else if (arrived > good) {
            good = arrived;
        } else {
            break;  // the device's own step is coarser than ours
        }
    }
    return {good, true};
}

}  // namespace vcxg::gige
