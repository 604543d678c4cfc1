// Stream packets through the reassembly, into memory of exactly the buffers' size.
// Input: u8 options (1: resend, 2: small buffers, 4: few buffers), u8 packet size, then packets: u8 milliseconds since the one
// before, u16 length, bytes.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "fuzz/fuzz.hpp"
#include "gige/assembler.hpp"

namespace gige = vcxg::gige;

namespace {

class Sink final : public gige::FrameSink {
public:
    Sink(std::size_t count, std::size_t size) : size_(size), free_(count) {
        for (auto& buffer : free_) buffer = std::make_unique<std::byte[]>(size);
    }
    std::optional<gige::Target> acquire() noexcept override {
        if (free_.empty()) return std::nullopt;
        filling_.push_back(std::move(free_.front()));
        free_.pop_front();
        promised_[filling_.back().get()].clear();
        return gige::Target{filling_.back().get(), size_, filling_.back().get()};
    }
    void grow(const gige::Target& target, const gige::gvsp::Leader&, std::size_t in_place) noexcept override {
        MUST(in_place <= size_ && in_place >= promised_[target.cookie].size());
        MUST(is_kept(target));
        promised_[target.cookie].assign(target.data, target.data + in_place);
    }
    void deliver(const gige::Target& target, const gige::FrameResult& result) noexcept override {
        take_back(target);
        MUST(!result.complete || (is_kept(target) && promised_[target.cookie].size() >= result.extent));
        ++delivered;
        complete += result.complete ? 1 : 0;
        MUST(result.complete == (result.flaw == gige::Flaw::none));
        MUST(result.extent <= size_ || result.larger_than_buffer);
        MUST(result.received <= size_);
        MUST(!result.complete || (result.missing.empty() && result.missing_bytes.empty()));
        MUST(!result.complete || result.received == result.extent);
        for (std::size_t i = 0; i < result.missing.size(); ++i) {
            MUST(result.missing[i].first <= result.missing[i].last);
            MUST(i == 0 || result.missing[i - 1].last < result.missing[i].first);
        }
        std::size_t end = 0;
        for (const gige::ByteRange& hole : result.missing_bytes) {
            MUST(hole.size > 0 && hole.offset >= end && hole.offset + hole.size <= size_);
            end = hole.offset + hole.size;
            for (std::size_t i = hole.offset; i < end; ++i) MUST(target.data[i] == std::byte{0});
        }
    }
    void give_back(const gige::Target& target) noexcept override {
        take_back(target);
        ++given_back;
    }
    [[nodiscard]] bool idle() const { return filling_.empty(); }

    std::uint64_t delivered = 0, complete = 0, given_back = 0;

private:
    // What was told to be in place for good is as it was.
    [[nodiscard]] bool is_kept(const gige::Target& target) const {
        const std::vector<std::byte>& before = promised_.at(target.cookie);
        return std::equal(before.begin(), before.end(), target.data);
    }
    void take_back(const gige::Target& target) {
        const auto found = std::find_if(filling_.begin(), filling_.end(),
                                        [&](const auto& buffer) { return buffer.get() == target.cookie; });
        MUST(found != filling_.end());
        free_.push_back(std::move(*found));
        filling_.erase(found);
    }

    std::size_t size_;
    std::deque<std::unique_ptr<std::byte[]>> free_, filling_;
    std::map<const void*, std::vector<std::byte>> promised_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = vcxg::fuzz::bytes_of(data, size);
    if (input.size() < 2) return 0;
    const auto options = std::to_integer<unsigned>(input[0]);
    gige::AssemblerConfig config;
    config.packet_size = 48 + std::to_integer<std::size_t>(input[1]);
    config.payload_size = 1024;
    config.resend.enabled = (options & 1) != 0;
    config.growth = 1;
    Sink sink((options & 4) != 0 ? 1 : 20, (options & 2) != 0 ? 100 : 2048);
    gige::Assembler assembler(sink, config);
    gige::Assembler::TimePoint now{std::chrono::hours(1)};
    for (std::size_t at = 2; at + 3 <= input.size();) {
        now += std::chrono::milliseconds(std::to_integer<unsigned>(input[at]));
        const std::size_t length =
            std::min<std::size_t>(gige::get_be<std::uint16_t>(input, at + 1), input.size() - at - 3);
        assembler.handle_timer(now);
        assembler.receive(input.subspan(at + 3, length), now);
        for (const gige::ResendRequest& request : assembler.resend_requests()) {
            MUST(request.packets.first <= request.packets.last);
        }
        at += 3 + length;
    }
    for (int i = 0; i < 100 && assembler.next_timer(); ++i) {
        now = std::max(now, *assembler.next_timer());
        assembler.handle_timer(now);
    }
    assembler.stop();
    const gige::StreamStatistics& counted = assembler.statistics();
    MUST(sink.idle());
    MUST(counted.blocks_open == 0);
    MUST(counted.blocks_complete == sink.complete);
    MUST(counted.blocks_complete + counted.blocks_incomplete == sink.delivered);
    MUST(counted.blocks_abandoned == sink.given_back);
    MUST(counted.incomplete_larger_than_buffer + counted.incomplete_device_error + counted.incomplete_no_leader +
             counted.incomplete_conflict + counted.incomplete_packets_missing + counted.incomplete_no_trailer +
             counted.incomplete_size_mismatch ==
         counted.blocks_incomplete);
    return 0;
}
