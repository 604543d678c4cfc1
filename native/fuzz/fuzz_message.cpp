// EVENT and EVENTDATA.
#include "fuzz/fuzz.hpp"
#include "gige/message.hpp"

namespace gvcp = vcxg::gige::gvcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = vcxg::fuzz::bytes_of(data, size);
    const auto message = gvcp::parse_message(input);
    if (!message) return 0;
    MUST(!message->events.empty());
    MUST(gvcp::acknowledge(*message).size() == gvcp::kHeaderSize);
    for (const gvcp::Event& event : message->events) {
        MUST(vcxg::fuzz::inside(event.entry, input));
        const auto alone = gvcp::single_event(*message, event);
        MUST(alone.size() <= gvcp::kMaxDatagram);
        const auto again = gvcp::parse_message(alone);
        MUST(again && again->events.size() == 1 && again->events.front().id == event.id);
        MUST(again->events.front().timestamp == event.timestamp && again->events.front().block_id == event.block_id);
    }
    gvcp::RepeatFilter filter;
    MUST(!filter.is_repeat(input));
    MUST(filter.is_repeat(input));
    return 0;
}
