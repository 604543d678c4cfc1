#include "gige/message.hpp"

#include <algorithm>

namespace vcxg::gige::gvcp {
namespace {

constexpr std::byte kKey{0x42};
constexpr std::byte kAcknowledgeRequired{0x01};
constexpr std::byte kExtendedIds{0x10};
constexpr std::size_t kEntrySize = 16;
constexpr std::size_t kExtendedEntrySize = 24;

// More than a device has outstanding at a time; small, because every event is compared with all of them.
constexpr std::size_t kRemembered = 32;

Event parse_event(ConstBytes entry, bool extended) noexcept {
    Event event;
    event.id = get_be<std::uint16_t>(entry, 2);
    event.stream_channel = get_be<std::uint16_t>(entry, 4);
    event.block_id = extended ? get_be<std::uint64_t>(entry, 8) : get_be<std::uint16_t>(entry, 6);
    event.timestamp = get_be<std::uint64_t>(entry, extended ? 16 : 8);
    event.entry = entry;
    return event;
}

// Size of the entry that `data` begins with; 0 when there cannot be one.
std::size_t entry_size(const Message& message, ConstBytes data) noexcept {
    const std::size_t fixed = message.extended_ids ? kExtendedEntrySize : kEntrySize;
    if (data.size() < fixed) {
        return 0;
    }
    if (message.command == Command::event) {
        return fixed;
    }
    // The data of an EVENTDATA go on to the end of the datagram, unless the entry tells its size (2.1, extended ids only).
    const std::size_t told = message.extended_ids ? get_be<std::uint16_t>(data, 0) : 0;
    if (told == 0) {
        return data.size();
    }
    return told >= fixed && told <= data.size() ? told : 0;
}

}  // namespace

std::optional<Message> parse_message(ConstBytes datagram) {
    if (!has(datagram, 0, kHeaderSize) || datagram.size() > kMaxDatagram || datagram[0] != kKey) {
        return std::nullopt;
    }
    Message message;
    message.command = static_cast<Command>(get_be<std::uint16_t>(datagram, 2));
    message.request_id = get_be<std::uint16_t>(datagram, 6);
    message.acknowledge_required = (datagram[1] & kAcknowledgeRequired) != std::byte{0};
    message.extended_ids = (datagram[1] & kExtendedIds) != std::byte{0};
    const std::size_t length = get_be<std::uint16_t>(datagram, 4);
    if ((message.command != Command::event && message.command != Command::event_data) || message.request_id == 0 ||
        length == 0 || !has(datagram, kHeaderSize, length)) {
        return std::nullopt;
    }
    for (ConstBytes data = datagram.subspan(kHeaderSize, length); !data.empty();) {
        const std::size_t size = entry_size(message, data);
        if (size == 0) {
            return std::nullopt;
        }
        message.events.push_back(parse_event(data.first(size), message.extended_ids));
        data = data.subspan(size);
    }
    return message;
}

Datagram acknowledge(const Message& message) {
    Datagram datagram(kHeaderSize);
    put_be(Bytes(datagram), 0, kSuccess);
    put_be(Bytes(datagram), 2, static_cast<std::uint16_t>(static_cast<std::uint16_t>(message.command) + 1));
    put_be(Bytes(datagram), 6, message.request_id);
    return datagram;
}

Datagram single_event(const Message& message, const Event& event) {
    Datagram datagram(kHeaderSize + event.entry.size());
    datagram[0] = kKey;
    datagram[1] = (message.acknowledge_required ? kAcknowledgeRequired : std::byte{0}) |
                  (message.extended_ids ? kExtendedIds : std::byte{0});
    put_be(Bytes(datagram), 2, static_cast<std::uint16_t>(message.command));
    put_be(Bytes(datagram), 4, static_cast<std::uint16_t>(event.entry.size()));
    put_be(Bytes(datagram), 6, message.request_id);
    std::copy(event.entry.begin(), event.entry.end(), datagram.begin() + kHeaderSize);
    return datagram;
}

bool RepeatFilter::is_repeat(ConstBytes datagram) {
    const auto same = [&](const Datagram& other) {
        return std::equal(other.begin(), other.end(), datagram.begin(), datagram.end());
    };
    if (std::any_of(recent_.rbegin(), recent_.rend(), same)) {
        return true;
    }
    if (recent_.size() == kRemembered) {
        recent_.pop_front();
    }
    recent_.emplace_back(datagram.begin(), datagram.end());
    return false;
}

}  // namespace vcxg::gige::gvcp
