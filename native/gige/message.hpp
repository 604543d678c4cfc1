// EVENT and EVENTDATA, the commands that a device sends over its message channel, taken apart into single events; and their
// acknowledge. Sans-IO.
// Source: GigE Vision 2.0, EVENT_CMD and EVENTDATA_CMD; 2.1 for the size of an EVENTDATA entry. All fields big-endian.
#pragma once

#include <deque>

#include "gige/gvcp.hpp"

namespace vcxg::gige::gvcp {

inline constexpr std::uint16_t kNoStreamChannel = 0xFFFF;

struct Event {
    std::uint16_t id = 0;
    std::uint16_t stream_channel = kNoStreamChannel;
    std::uint64_t block_id = 0;   // 0: belongs to no block
    std::uint64_t timestamp = 0;  // ticks of the device
    ConstBytes entry;             // as sent: the fields above and, of an EVENTDATA, its data
};

// A command of the message channel. The entries refer to the datagram that was parsed.
struct Message {
    Command command = Command::event;
    std::uint16_t request_id = 0;
    bool acknowledge_required = false;
    bool extended_ids = false;  // 64-bit block ids
    std::vector<Event> events;
};
// None for what is no such command or contradicts its own lengths: an event that may be wrong is no event.
[[nodiscard]] std::optional<Message> parse_message(ConstBytes datagram);

[[nodiscard]] Datagram acknowledge(const Message& message);

// The command with one of its events alone: what a GenTL consumer gets for it, be it one of several in the datagram.
[[nodiscard]] Datagram single_event(const Message& message, const Event& event);

// Tells a retransmission from news. A device repeats a command that it saw no acknowledge of, byte for byte; ids alone do not
// tell, because a restarted device begins with the same ones.
class RepeatFilter {
public:
    [[nodiscard]] bool is_repeat(ConstBytes datagram);  // of one of the last commands; remembers it otherwise

private:
    std::deque<Datagram> recent_;
};

}  // namespace vcxg::gige::gvcp
