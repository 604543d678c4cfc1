// The identity block of a DISCOVERY_ACK, and what the producer shows of it.
#include "fuzz/fuzz.hpp"
#include "gentl/listed_device.hpp"

namespace gvcp = vcxg::gige::gvcp;
namespace gentl = vcxg::gentl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto acknowledge = gvcp::parse_acknowledge(vcxg::fuzz::bytes_of(data, size));
    const auto identity = acknowledge ? gvcp::parse_identity(acknowledge->data) : std::nullopt;
    if (!identity) return 0;
    MUST(identity->manufacturer.size() <= 32 && identity->model.size() <= 32 && identity->version.size() <= 32);
    MUST(identity->manufacturer_info.size() <= 48);
    MUST(identity->serial_number.size() <= 16 && identity->user_name.size() <= 16);
    for (const auto& device : gentl::listed({*identity, *identity})) {
        for (const char c : device.id)
            MUST(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.');
        MUST(!gentl::device_display_name(device.info).empty());
    }
    return 0;
}
