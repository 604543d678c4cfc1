// One block while its packets arrive: where they go in the buffer, which are there, what is missing.
// Part of the assembler; knows nothing of other blocks, of time, or of who owns the buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gige/frame.hpp"
#include "gige/gvsp.hpp"

namespace vcxg::gige {

class Block {
public:
    enum class Outcome { placed, duplicate, conflicting, wrong_size, beyond_buffer, malformed };

    // `payload_size`: what the device's PayloadSize says, the only hint while leader and trailer are missing.
    // Without a target the packets are only watched, so that the block's end is seen.
    void open(std::uint64_t block_id, std::size_t data_size, std::optional<Target> target, std::size_t payload_size);

    Outcome add_leader(const gvsp::Packet& packet) noexcept;
    Outcome add_payload(const gvsp::Packet& packet) noexcept;
    Outcome add_trailer(const gvsp::Packet& packet) noexcept;
    // A trailer with an error status: the block has ended, and is not good.
    Outcome add_failed_trailer(const gvsp::Packet& packet) noexcept;
    // Any packet with an error status: it carries no data.
    void note_error(std::uint16_t status) noexcept { device_status_ = status; }

    [[nodiscard]] std::uint64_t block_id() const noexcept { return block_id_; }
    [[nodiscard]] const std::optional<Target>& target() const noexcept { return target_; }
    [[nodiscard]] const std::optional<gvsp::Leader>& leader() const noexcept { return leader_; }
    [[nodiscard]] std::size_t received() const noexcept { return received_; }
    // Bytes from the start without a hole, of packets that nothing takes back: what becomes of a short one is seen later.
    [[nodiscard]] std::size_t in_place() const noexcept;

    // Nothing more is to come: leader, trailer and every payload packet up to the trailer are there.
    [[nodiscard]] bool done() const noexcept;
    // Nothing more is needed, or nothing more is sent: the trailer was there, or every byte that the leader announces.
    [[nodiscard]] bool ended() const noexcept;
    // Payload bytes still to come, as far as that is known now.
    [[nodiscard]] std::size_t outstanding() const noexcept;

    // For whoever asks the device to send again. Ids: 0 the leader, then the payload, then the trailer.
    [[nodiscard]] std::uint32_t expected_packets() const noexcept;  // of payload
    [[nodiscard]] std::uint32_t newest_id() const noexcept;         // highest that came, of any kind
    [[nodiscard]] bool holds(std::uint32_t id) const noexcept;
    // The first range of ids between `first` and `last` that did not come.
    [[nodiscard]] std::optional<PacketRange> next_missing(std::uint32_t first, std::uint32_t last) const noexcept;

    // The block as it stands, holes zeroed. `wrong_size` counts packets that only now are seen to be too short.
    [[nodiscard]] FrameResult close(std::uint64_t& wrong_size);

private:
    [[nodiscard]] bool is_in(std::uint32_t id) const noexcept;
    [[nodiscard]] bool agrees(const gvsp::Packet& packet) const noexcept;
    void drop_short_packet() noexcept;
    [[nodiscard]] std::size_t end_in_buffer() const noexcept;
    void describe(FrameResult& result) const noexcept;
    void list_missing(FrameResult& result) const;
    [[nodiscard]] Flaw flaw(const FrameResult& result) const noexcept;
    [[nodiscard]] std::uint32_t lines() const noexcept;
    [[nodiscard]] std::optional<std::size_t> announced() const noexcept;

    std::uint64_t block_id_ = 0;
    std::size_t data_size_ = 1;
    std::size_t payload_size_ = 0;
    std::optional<Target> target_;
    std::optional<gvsp::Leader> leader_;
    std::optional<gvsp::Trailer> trailer_;
    bool failed_ = false;
    bool conflict_ = false;
    std::uint16_t device_status_ = 0;
    std::uint32_t last_id_ = 0;     // of the payload, known from the trailer
    std::uint32_t highest_id_ = 0;  // of the payload packets that came
    std::uint32_t packets_ = 0;
    std::uint32_t unbroken_ = 0;  // full payload packets from the first one on, none missing
    std::uint32_t short_id_ = 0;  // the one packet that is not full: right only for the last
    std::size_t short_size_ = 0;
    std::size_t received_ = 0;
    std::size_t end_ = 0;         // of the last byte that came, wherever the buffer ends
    std::uint32_t capacity_ = 0;  // packets that begin inside the buffer
    std::vector<std::uint64_t> bitmap_;
    std::vector<std::uint64_t> doubted_;  // came twice and differed
};

}  // namespace vcxg::gige
