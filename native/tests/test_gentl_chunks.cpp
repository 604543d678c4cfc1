// Frames with chunk data: where the chunks are, in every payload type that carries them, and what corrupt ones do.
#include "check.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

constexpr std::uint32_t kImageChunk = 0x11, kOtherChunk = 0x22;

void tag(Block& block, std::uint32_t id, std::uint32_t length) {
    put32(block.payload, id);
    put32(block.payload, length);
}

// 100 bytes of image and its tag, 4 bytes of another chunk and its tag: 120 bytes.
Block chunk_block(unsigned id, unsigned payload_type) {
    Block block = image_block(id, 100);
    block.width = block.height = 10;
    block.payload_type = payload_type;
    tag(block, kImageChunk, 100);
    put32(block.payload, 0xCAFE);
    tag(block, kOtherChunk, 4);
    block.chunk_size = 120;
    return block;
}

struct ChunkStream : Streaming {
    ChunkStream() {
        announce(3, 4096);
        OK(DSStartAcquisition, stream, 0, gentl::kInfinite);
    }
    Handle received(const Block& block) {
        camera.send(block);
        return fetch();
    }
    [[nodiscard]] Status count(Handle buffer, std::size_t& count) const {
        return PRODUCER(DSGetBufferChunkData)(stream, buffer, nullptr, &count);
    }
    [[nodiscard]] std::vector<gentl::Chunk> chunks(Handle buffer) const {
        std::size_t number = 0;
        OK(DSGetBufferChunkData, stream, buffer, nullptr, &number);
        std::vector<gentl::Chunk> found(number);
        OK(DSGetBufferChunkData, stream, buffer, found.data(), &number);
        return found;
    }
    [[nodiscard]] bool flag(Handle buffer, gentl::Command command) const {
        return buffer_value<gentl::Bool8>(stream, buffer, command) != 0;
    }
    [[nodiscard]] std::size_t number(Handle buffer, gentl::Command command) const {
        return buffer_value<std::size_t>(stream, buffer, command);
    }
};

}  // namespace

TEST(chunks_are_listed_in_every_payload_type_that_has_them) {
    for (const unsigned type : {0x4001u, 4u, 5u}) {
        ChunkStream open;
        const Handle buffer = open.received(chunk_block(1, type));
        CHECK(!open.flag(buffer, bi::is_incomplete));
        CHECK(open.flag(buffer, bi::contains_chunk_data));
        CHECK(open.flag(buffer, bi::image_present));
        CHECK_EQ(open.number(buffer, bi::payload_type), std::size_t{1});
        CHECK_EQ(open.number(buffer, bi::delivered_chunk_payload_size), std::size_t{120});
        const auto chunks = open.chunks(buffer);
        CHECK_EQ(chunks.size(), std::size_t{2});
        CHECK_EQ(std::uint64_t{chunks[0].id}, std::uint64_t{kImageChunk});
        CHECK_EQ(std::ptrdiff_t{chunks[0].offset}, 0);
        CHECK_EQ(std::size_t{chunks[0].length}, std::size_t{100});
        CHECK_EQ(std::uint64_t{chunks[1].id}, std::uint64_t{kOtherChunk});
        CHECK_EQ(std::ptrdiff_t{chunks[1].offset}, 108);
        CHECK_EQ(std::size_t{chunks[1].length}, std::size_t{4});
    }
}

TEST(the_chunk_layout_is_told_where_the_trailer_has_it) {
    ChunkStream open;
    for (const unsigned type : {0x4001u, 5u}) {
        const Handle buffer = open.received(chunk_block(type == 5 ? 2 : 1, type));
        CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::chunk_layout_id), 7u);
        CHECK_EQ(open.number(buffer, bi::width), std::size_t{10});
    }
    std::size_t size = 8;
    std::uint64_t value = 0;
    const Handle buffer = open.received(chunk_block(3, 4));
    CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, buffer, bi::chunk_layout_id, nullptr, &value, &size), -1014);
    CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, buffer, bi::width, nullptr, &value, &size), -1014);
}

TEST(an_image_before_the_chunks_may_be_no_chunk_itself) {
    ChunkStream open;
    Block block = image_block(1, 100);
    block.width = block.height = 10;
    block.payload_type = 0x4001;
    put32(block.payload, 0xCAFE);
    tag(block, kOtherChunk, 4);
    block.chunk_size = 12;
    const Handle buffer = open.received(block);
    const auto chunks = open.chunks(buffer);
    CHECK_EQ(chunks.size(), std::size_t{1});
    CHECK_EQ(std::ptrdiff_t{chunks[0].offset}, 100);
    CHECK_EQ(open.number(buffer, bi::delivered_chunk_payload_size), std::size_t{112});
}

TEST(too_little_room_is_told_with_the_number_of_chunks) {
    ChunkStream open;
    const Handle buffer = open.received(chunk_block(1, 0x4001));
    gentl::Chunk one{};
    std::size_t count = 1;
    CHECK_EQ(PRODUCER(DSGetBufferChunkData)(open.stream, buffer, &one, &count), -1016);
    CHECK_EQ(count, std::size_t{2});
    CHECK_EQ(std::uint64_t{one.id}, 0u);
}

TEST(lengths_that_do_not_add_up_are_refused) {
    ChunkStream open;
    std::size_t count = 0;
    Block block = chunk_block(1, 0x4001);
    block.payload[119] = 200;  // longer than all there is
    CHECK_EQ(open.count(open.received(block), count), -1018);
    block = chunk_block(2, 0x4001);
    block.payload[119] = 5;  // the next tag is read in the wrong place
    CHECK_EQ(open.count(open.received(block), count), -1018);
    block = chunk_block(3, 0x4001);
    block.payload[116] = 0xFF;  // nearly 4 GB
    CHECK_EQ(open.count(open.received(block), count), -1018);
}

TEST(a_block_full_of_empty_chunks_is_refused) {
    Streaming open;
    open.announce(1, 100'000);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    Block block;
    block.payload_type = 4;
    block.payload.resize(80'000);  // zeros: ten thousand chunks of no bytes
    block.chunk_size = 80'000;
    open.camera.send(block);
    std::size_t count = 0;
    CHECK_EQ(PRODUCER(DSGetBufferChunkData)(open.stream, open.fetch(), nullptr, &count), -1018);
}

TEST(a_frame_without_chunks_or_with_a_hole_has_none) {
    ChunkStream open;
    std::size_t count = 0;
    Handle buffer = open.received(image_block(1));
    CHECK(!open.flag(buffer, bi::contains_chunk_data));
    CHECK_EQ(open.count(buffer, count), -1008);
    OK(DSQueueBuffer, open.stream, buffer);
    CHECK_EQ(open.count(buffer, count), -1008);
    Block torn = chunk_block(2, 0x4001);
    torn.dropped = {1};
    buffer = open.received(torn);
    CHECK(open.flag(buffer, bi::is_incomplete));
    CHECK(!open.flag(buffer, bi::contains_chunk_data));
    CHECK_EQ(open.count(buffer, count), -1008);
    std::size_t size = 8, value = 0;
    CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, buffer, bi::delivered_chunk_payload_size, nullptr, &value, &size),
             -1014);
}
