// A control channel and a stream receiver on a peer, and a consumer with eight buffers.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "gige_peer.hpp"
#include "net/stream_receiver.hpp"

namespace vcxg::test {

using namespace std::chrono_literals;
using namespace vcxg::net;
using gige::FrameResult;
using gige::FrameSink;
using gige::Target;
using Clock = std::chrono::steady_clock;

inline constexpr std::uint32_t kScp = 0x0D00, kScps = 0x0D04, kScda = 0x0D18;
inline constexpr std::size_t kPayload = 5000;  // 50 x 100 Mono8

inline Wire header(std::uint16_t block, std::uint8_t format, std::uint32_t packet) {
    Wire wire(8);
    put_word(wire, 0, block);
    put_word(wire, 4, std::uint32_t{format} << 24 | packet);
    return wire;
}

// A block of kPayload bytes as packets of the size, each byte the low byte of its offset plus the block's id.
inline std::vector<Wire> block_packets(std::uint16_t block, std::size_t packet_size) {
    Wire leader = header(block, 1, 0);
    leader.resize(44);
    put_word(leader, 8, 0x0001);
    put_word(leader, 16, block);
    put_word(leader, 20, 0x01080001);
    put_word(leader, 24, 50);
    put_word(leader, 28, 100);
    std::vector<Wire> packets{leader};
    const std::size_t data = packet_size - 36;
    for (std::size_t at = 0; at < kPayload; at += data) {
        Wire one = header(block, 3, static_cast<std::uint32_t>(packets.size()));
        for (std::size_t i = at; i < std::min(at + data, kPayload); ++i) {
            one.push_back(static_cast<std::uint8_t>(i + block));
        }
        packets.push_back(one);
    }
    Wire trailer = header(block, 2, static_cast<std::uint32_t>(packets.size()));
    trailer.resize(16);
    put_word(trailer, 8, 0x0001);
    put_word(trailer, 12, 100);
    packets.push_back(trailer);
    return packets;
}

class Sink final : public FrameSink {
public:
    explicit Sink(std::size_t count) : memory_(count, std::vector<std::byte>(kPayload)) {
        for (auto& one : memory_) {
            free_.push_back({one.data(), one.size(), nullptr});
        }
    }
    std::optional<Target> acquire() noexcept override {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            return std::nullopt;
        }
        const Target target = free_.front();
        free_.pop_front();
        return target;
    }
    void grow(const Target&, const gige::gvsp::Leader&, std::size_t) noexcept override {}
    void deliver(const Target& target, const FrameResult& result) noexcept override {
        if (on_delivery) {
            on_delivery();
        }
        const std::lock_guard lock(mutex_);
        bool right = true;
        for (std::size_t i = 0; i < kPayload; ++i) {
            right = right && target.data[i] == static_cast<std::byte>(i + result.block_id);
        }
        wrong_ += result.complete && !right ? 1 : 0;
        results_.push_back(result);
        free_.push_back(target);
    }
    void give_back(const Target& target) noexcept override {
        const std::lock_guard lock(mutex_);
        ++given_back_;
        free_.push_back(target);
    }
    [[nodiscard]] std::vector<FrameResult> results() const {
        const std::lock_guard lock(mutex_);
        return results_;
    }
    [[nodiscard]] std::size_t count() const { return results().size(); }
    [[nodiscard]] int wrong() const {
        const std::lock_guard lock(mutex_);
        return wrong_;
    }
    [[nodiscard]] int given_back() const {
        const std::lock_guard lock(mutex_);
        return given_back_;
    }

    std::function<void()> on_delivery;

private:
    mutable std::mutex mutex_;
    std::vector<std::vector<std::byte>> memory_;
    std::deque<Target> free_;
    std::vector<FrameResult> results_;
    int wrong_ = 0;
    int given_back_ = 0;
};

struct Rig {
    Sink sink{8};
    Peer peer;
    std::optional<ControlChannel> control;
    std::optional<StreamReceiver> receiver;

    explicit Rig(Access access = Access::control) : access_(access) {}
    void open(const Interface& on = loopback(), StreamOptions options = {}) {
        control.emplace(on, peer.address(), access_, ControlOptions{100ms, 3, 3000ms});
        receiver.emplace(*control, options);
    }
    void start() { receiver->start(sink, kPayload); }
    void send_block(std::uint16_t block) {
        for (const Wire& packet : block_packets(block, receiver->packet_size())) {
            peer.stream(packet);
        }
    }

private:
    Access access_;
};

}  // namespace vcxg::test
