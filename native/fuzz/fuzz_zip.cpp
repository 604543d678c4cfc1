// The archive with a camera's XML.
#include "fuzz/fuzz.hpp"
#include "gentl/xml_archive.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto objection = vcxg::gentl::objection_to_archive(vcxg::fuzz::bytes_of(data, size));
    MUST(objection ? !objection->empty() : size > 22 + 46 + 30);
    return 0;
}
