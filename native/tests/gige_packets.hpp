// Stream packets made by hand, and an assembler with an invented clock to put them into. 20 bytes of data a packet unless a
// test says otherwise; an image of 70 bytes is packets of 20, 20, 20 and 10.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <vector>

#include "gige/assembler.hpp"

namespace vcxg::test {

using namespace std::chrono_literals;
using namespace vcxg::gige;
using Data = std::vector<std::byte>;
using Range = PacketRange;

inline constexpr Assembler::TimePoint kStart{std::chrono::hours(1)};
inline constexpr std::size_t kData = 20;
inline constexpr std::size_t kPacketSize = 20 + 8 + 8 + kData;

template <typename Integer>
void append(Data& data, Integer value) {
    data.resize(data.size() + sizeof value);
    put_be(Bytes(data), data.size() - sizeof value, value);
}

inline Data header(std::uint16_t status, std::uint64_t block, std::uint8_t format, std::uint32_t packet,
                   bool extended) {
    Data data;
    append(data, status);
    append<std::uint16_t>(data, extended ? std::uint16_t{0} : static_cast<std::uint16_t>(block));
    append<std::uint32_t>(data, (std::uint32_t{format} | (extended ? 0x80u : 0u)) << 24 | (extended ? 0 : packet));
    if (extended) {
        append(data, block);
        append(data, packet);
    }
    return data;
}

struct Shape {
    std::uint16_t type = 0x0001;
    std::uint32_t width = 10, height = 7;  // 70 bytes: packets of 20, 20, 20, 10
    std::uint32_t pixel_format = 0x01080001;
};

inline Data leader(std::uint64_t block, std::uint64_t timestamp = 0, Shape shape = {}, bool extended = false) {
    Data data = header(0, block, 1, 0, extended);
    append<std::uint16_t>(data, 0);
    append(data, shape.type);
    append(data, timestamp != 0 ? timestamp : 1000 * block);
    if (shape.type == 0x0004) {
        return data;
    }
    for (const std::uint32_t value : {shape.pixel_format, shape.width, shape.height, 32u, 5u, 0u}) {
        append(data, value);
    }
    return data;
}

// Payload bytes count up from the packet id, so that a wrong place shows.
inline Data payload(std::uint64_t block, std::uint32_t packet, std::size_t size = kData, bool extended = false) {
    Data data = header(0, block, 3, packet, extended);
    for (std::size_t i = 0; i < size; ++i) {
        data.push_back(static_cast<std::byte>(packet * 0x20 + i));
    }
    return data;
}

inline Data trailer(std::uint64_t block, std::uint32_t packet = 5, std::uint32_t height = 7, bool extended = false) {
    Data data = header(0, block, 2, packet, extended);
    append<std::uint16_t>(data, 0);
    append<std::uint16_t>(data, 1);
    append(data, height);
    return data;
}

inline Data refusal(std::uint64_t block, std::uint8_t format, std::uint32_t packet) {
    return header(0x800C, block, format, packet, false);
}

struct Delivery {
    FrameResult result;
    Data bytes;
};

struct Sink final : FrameSink {
    std::size_t buffers = 100;
    std::size_t buffer_size = 70;
    std::deque<Data> memory;
    std::vector<Delivery> delivered;
    int given_back = 0;
    std::vector<std::size_t> grown;  // what was told of how blocks grow
    std::map<void*, Data> promised;  // what every buffer held then
    bool broken = false;             // a complete block came out otherwise

    std::optional<Target> acquire() noexcept override {
        if (buffers == 0) {
            return std::nullopt;
        }
        --buffers;
        Data& one = memory.emplace_back(buffer_size, std::byte{0xEE});
        return Target{one.data(), one.size(), &one};
    }
    void grow(const Target& target, const gvsp::Leader&, std::size_t in_place) noexcept override {
        grown.push_back(in_place);
        Data& before = promised[target.cookie];
        broken = broken || in_place > target.size || !std::equal(before.begin(), before.end(), target.data);
        before.assign(target.data, target.data + in_place);
    }
    void deliver(const Target& target, const FrameResult& result) noexcept override {
        const Data& before = promised[target.cookie];
        broken = broken || (result.complete && before.size() < result.extent) ||
                 (result.complete && !std::equal(before.begin(), before.end(), target.data));
        delivered.push_back({result, *static_cast<Data*>(target.cookie)});
    }
    void give_back(const Target&) noexcept override { ++given_back; }
};

struct Rig {
    Sink sink;
    Assembler assembler;
    Assembler::TimePoint now = kStart;

    explicit Rig(std::size_t payload_size = 70, std::size_t packet_size = kPacketSize)
        : Rig({packet_size, payload_size, 20ms, 500ms, {}, 1}) {}
    explicit Rig(const AssemblerConfig& config) : assembler(sink, config) { sink.buffer_size = config.payload_size; }

    void put(const Data& datagram) { assembler.receive(datagram, now); }
    void put_block(std::uint64_t block, std::uint64_t timestamp = 0) {
        put(leader(block, timestamp));
        for (std::uint32_t id = 1; id <= 4; ++id) {
            put(payload(block, id, id < 4 ? 20 : 10));
        }
        put(trailer(block));
    }
    void pass(std::chrono::nanoseconds time) {
        now += time;
        assembler.handle_timer(now);
    }
    [[nodiscard]] const std::vector<Delivery>& delivered() const { return sink.delivered; }
    [[nodiscard]] const StreamStatistics& statistics() const { return assembler.statistics(); }
    [[nodiscard]] std::vector<std::uint64_t> delivered_ids() const {
        std::vector<std::uint64_t> ids;
        for (const Delivery& one : sink.delivered) {
            ids.push_back(one.result.block_id);
        }
        return ids;
    }
};

inline bool holds_whole_image(const Data& bytes) {
    for (std::size_t i = 0; i < 70; ++i) {
        if (bytes[i] != static_cast<std::byte>((i / 20 + 1) * 0x20 + i % 20)) {
            return false;
        }
    }
    return true;
}

}  // namespace vcxg::test
