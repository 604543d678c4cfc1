// A buffer as a module: its port, its features, its bytes.
#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <cstring>

#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

constexpr std::uint64_t kDataAddress = 0x100000000;

std::string port_text(Handle port, gentl::Command command) {
    return text([&](auto... out) { return PRODUCER(GCGetPortInfo)(port, command, out...); });
}

std::int64_t available(Handle buffer, const std::string& name) {
    const std::string xml = xml_of(buffer);
    const std::size_t at = xml.find("<IntReg Name=\"" + name + "Available\"");
    std::int64_t result = -1;
    std::size_t size = sizeof result;
    OK(GCReadPort, buffer, std::stoull(xml.substr(xml.find("<Address>", at) + 9), nullptr, 16), &result, &size);
    return result;
}

}  // namespace

TEST(a_buffer_is_a_port_of_its_own) {
    Streaming open;
    const auto buffers = open.announce(2, 4096, false);
    CHECK_EQ(port_text(buffers[0], 3), std::string("GEV"));
    CHECK_EQ(port_text(buffers[0], 4), std::string("TLBuffer"));
    CHECK_EQ(port_text(buffers[0], 12), std::string("BufferPort"));
    CHECK(port_text(buffers[0], 0) != port_text(buffers[1], 0));
    CHECK(xml_of(buffers[0]).find("<Port Name=\"BufferPort\"/>") != std::string::npos);
}

TEST(the_features_of_a_buffer_tell_what_its_infos_tell) {
    Streaming open;
    int mine = 0;
    std::vector<std::uint8_t> memory(4096);
    Handle buffer = nullptr;
    OK(DSAnnounceBuffer, open.stream, memory.data(), memory.size(), &mine, &buffer);
    CHECK_EQ(node(buffer, "BufferUserData"), static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(&mine)));
    CHECK_EQ(node(buffer, "BufferSize"), 4096);
    CHECK_EQ(node(buffer, "BufferIsQueued"), 0);
    CHECK_EQ(available(buffer, "BufferWidth"), 0);
    std::int64_t none = 0;
    CHECK_EQ(read_node(buffer, "BufferWidth", none), -1008);
    OK(DSQueueBuffer, open.stream, buffer);
    CHECK_EQ(node(buffer, "BufferIsQueued"), 1);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    open.camera.send(image_block(5));
    CHECK_EQ(open.fetch(), buffer);
    CHECK_EQ(available(buffer, "BufferWidth"), 1);
    CHECK_EQ(node(buffer, "BufferWidth"), 64);
    CHECK_EQ(node(buffer, "BufferHeight"), 32);
    CHECK_EQ(node(buffer, "BufferFrameID"), 5);
    CHECK_EQ(node(buffer, "BufferPayloadType"), 1);
    CHECK_EQ(node(buffer, "BufferPixelFormat"), 0x01080001);
    CHECK_EQ(available(buffer, "BufferPixelFormat"), 1);
    CHECK_EQ(node(buffer, "BufferSizeFilled"), 2048);
    CHECK_EQ(node(buffer, "BufferTimeStamp"), 5 * 125'000'000 + 3);
    CHECK_EQ(available(buffer, "BufferDeliveredChunkPayloadSize"), 0);
    CHECK_EQ(write_node(buffer, "BufferWidth", 1), -1005);
}

TEST(a_pixel_format_that_is_not_on_the_list_is_not_available) {
    Streaming open;
    open.announce(1, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    Block block = image_block(1);
    block.pixel_format = 0x01080009;  // BayerRG8
    open.camera.send(block);
    const Handle buffer = open.fetch();
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::pixel_format), 0x01080009u);
    CHECK_EQ(available(buffer, "BufferPixelFormat"), 0);
}

TEST(the_bytes_of_a_buffer_are_read_in_any_piece_but_not_beyond) {
    Streaming open;
    open.announce(1, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    const Block block = image_block(1);
    open.camera.send(block);
    const Handle buffer = open.fetch();
    std::vector<std::uint8_t> bytes(4096);
    std::size_t size = 100;
    OK(GCReadPort, buffer, kDataAddress + 7, bytes.data(), &size);
    CHECK(std::memcmp(bytes.data(), block.payload.data() + 7, 100) == 0);
    size = 4096;
    OK(GCReadPort, buffer, kDataAddress, bytes.data(), &size);
    CHECK(std::memcmp(bytes.data(), block.payload.data(), block.payload.size()) == 0);
    CHECK_EQ(PRODUCER(GCReadPort)(buffer, kDataAddress + 1, bytes.data(), &size), -1015);
    CHECK_EQ(PRODUCER(GCReadPort)(buffer, ~std::uint64_t{0}, bytes.data(), &size), -1015);
    CHECK_EQ(PRODUCER(GCWritePort)(buffer, kDataAddress, bytes.data(), &size), -1015);
    CHECK_EQ(PRODUCER(GCReadPort)(open.stream, kDataAddress, bytes.data(), &size), -1015);
}

TEST(a_revoked_buffer_is_no_port_any_more) {
    Streaming open;
    const auto buffers = open.announce(1, 4096, false);
    CHECK_EQ(node(buffers[0], "BufferSize"), 4096);
    OK(DSRevokeBuffer, open.stream, buffers[0], nullptr, nullptr);
    std::uint32_t count = 0;
    CHECK_EQ(PRODUCER(GCGetNumPortURLs)(buffers[0], &count), -1006);
}

#if defined(__linux__)
TEST(memory_of_the_producers_own_has_its_pages_when_it_is_announced) {
    Streaming open;
    const auto buffers = open.announce(1, std::size_t{16} << 20, false);
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto base =
        reinterpret_cast<std::uintptr_t>(buffer_value<void*>(open.stream, buffers[0], gentl::buffer_info::base));
    const std::uintptr_t first = (base + page - 1) / page * page;
    std::vector<unsigned char> present((std::size_t{15} << 20) / page);
    CHECK_EQ(mincore(reinterpret_cast<void*>(first), present.size() * page, present.data()), 0);
    CHECK_EQ(std::count_if(present.begin(), present.end(), [](unsigned char flags) { return flags & 1; }),
             static_cast<std::ptrdiff_t>(present.size()));
}
#endif
