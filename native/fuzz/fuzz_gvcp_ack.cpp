// Acknowledges: taken apart, and handed to a command that waits for one. The first four bytes are the command's id and code.
#include "fuzz/fuzz.hpp"
#include "gige/transaction.hpp"

namespace gvcp = vcxg::gige::gvcp;
using namespace std::chrono_literals;
using State = gvcp::Transaction::State;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = vcxg::fuzz::bytes_of(data, size);
    if (const auto acknowledge = gvcp::parse_acknowledge(input)) {
        MUST(vcxg::fuzz::inside(acknowledge->data, input));
        MUST(acknowledge->data.size() <= acknowledge->length);
        static_cast<void>(gvcp::register_value(*acknowledge));
        MUST(!gvcp::describe_status(acknowledge->status).empty());
        for (const std::size_t count : {std::size_t{4}, gvcp::kMemoryStep, gvcp::kMaxMemory}) {
            const auto content = gvcp::memory_content(*acknowledge, 0x0A00, count);
            MUST(!content || (content->size() == count && vcxg::fuzz::inside(*content, input)));
        }
    }
    // The same acknowledge again and again: patience has an end, be it asked for as PENDING_ACK or as BUSY.
    gvcp::RequestIds ids;
    const auto id = vcxg::gige::has(input, 6, 2) ? vcxg::gige::get_be<std::uint16_t>(input, 6) : std::uint16_t{0};
    for (int i = 1; i < id; ++i) static_cast<void>(ids.next());
    gvcp::Transaction transaction(ids, gvcp::read_register(0, 0x0A00), {300ms, 4});
    gvcp::TimePoint now{1h};
    int steps = 0;
    while (transaction.state() == State::sending || transaction.state() == State::waiting) {
        MUST(++steps < 1000);
        if (transaction.state() == State::sending) transaction.sent(now);
        transaction.handle_datagram(input, now);
        if (transaction.state() != State::waiting) continue;
        MUST(transaction.deadline() <= now + 10s);
        now = std::max(now, transaction.deadline());
        transaction.handle_timer(now);
    }
    return 0;
}
