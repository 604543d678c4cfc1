#include "gige/resend.hpp"

#include <algorithm>

namespace vcxg::gige {
namespace {

// Calls `use` with every range of packets below `end` that is missing. Ids go up to the largest number, behind which is 0.
template <typename Use>
void for_missing(const Block& block, std::uint32_t first, std::uint32_t end, Use&& use) {
    const std::uint32_t last = end - 1;
    for (auto range = block.next_missing(first, last); range; range = block.next_missing(range->last + 1, last)) {
        use(*range);
        if (range->last >= last) {
            return;
        }
    }
}

}  // namespace

gvcp::Datagram packet_resend(std::uint16_t request_id, std::uint16_t stream_channel, const ResendRequest& request) {
    constexpr std::uint16_t kCommand = 0x0040;
    constexpr std::uint32_t kStandardIds = 0x00FFFFFF;
    const std::uint16_t length = request.extended ? 20 : 12;
    gvcp::Datagram datagram(gvcp::kHeaderSize + length);
    const Bytes bytes(datagram);
    put_be<std::uint8_t>(bytes, 0, 0x42);
    put_be<std::uint8_t>(bytes, 1, request.extended ? 0x10 : 0x00);  // no acknowledge: the packets are the answer
    put_be(bytes, 2, kCommand);
    put_be(bytes, 4, length);
    put_be(bytes, 6, request_id);
    put_be(bytes, 8, stream_channel);
    if (request.extended) {
        put_be(bytes, 12, request.packets.first);
        put_be(bytes, 16, request.packets.last);
        put_be(bytes, 20, request.block_id);
    } else {
        put_be(bytes, 10, static_cast<std::uint16_t>(request.block_id));
        put_be(bytes, 12, request.packets.first & kStandardIds);
        put_be(bytes, 16, std::min(request.packets.last, kStandardIds));
    }
    return datagram;
}

void Resend::open() noexcept {
    *this = Resend{};
}

void Resend::update(const Block& block, bool sender_is_done, const ResendPolicy& policy, TimePoint now,
                    std::vector<PacketRange>& ranges) {
    if (given_up_) {
        return;
    }
    const std::uint32_t end = (sender_is_done ? block.expected_packets() + 1 : block.newest_id()) + 1;
    if (noticed_ && now >= noticed_at_ + policy.initial_timeout) {
        ask(block, asked_to_, noticed_to_, policy, ranges);
        asked_to_ = noticed_to_;
        asked_at_ = now;
        waiting_ = true;
        noticed_ = false;
    }
    if (!noticed_ && end > asked_to_) {
        noticed_ = block.next_missing(asked_to_, end - 1).has_value();
        noticed_to_ = end;
        noticed_at_ = now;
        asked_to_ = noticed_ ? asked_to_ : end;
    }
    if (waiting_ && now >= asked_at_ + policy.packet_timeout) {
        waiting_ = block.next_missing(0, asked_to_ - 1).has_value();
        ask(block, 0, asked_to_, policy, ranges);
        asked_at_ = now;
    }
}

void Resend::ask(const Block& block, std::uint32_t first, std::uint32_t end, const ResendPolicy& policy,
                 std::vector<PacketRange>& ranges) {
    std::uint64_t count = 0;
    for_missing(block, first, end, [&](const PacketRange& range) { count += range.last - range.first + 1; });
    constexpr double kSmallBlock = 8;  // a line of three packets may ask for one
    const double limit = std::max(policy.ratio * (block.expected_packets() + 2.0), policy.ratio > 0 ? kSmallBlock : 0);
    given_up_ = static_cast<double>(asked_ + count) > limit;
    if (given_up_) {
        return;
    }
    asked_ += count;
    for_missing(block, first, end, [&](const PacketRange& range) {
        if (ranges.size() < ranges.capacity()) {
            ranges.push_back(range);  // else the next round asks for it
        }
    });
}

std::optional<Resend::TimePoint> Resend::next_timer(const ResendPolicy& policy) const noexcept {
    if (given_up_) {
        return std::nullopt;
    }
    std::optional<TimePoint> next;
    if (noticed_) {
        next = noticed_at_ + policy.initial_timeout;
    }
    if (waiting_) {
        next = std::min(next.value_or(TimePoint::max()), asked_at_ + policy.packet_timeout);
    }
    return next;
}

}  // namespace vcxg::gige
