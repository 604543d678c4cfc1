// The options of a data stream, as features: port, packet size, receive engine, resends, patience.
#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

// A UDP port of 127.0.0.1, held by somebody else for as long as the object lives.
struct HeldPort {
    int handle = ::socket(AF_INET, SOCK_DGRAM, 0);
    std::uint16_t number = 0;

    HeldPort() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(handle, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no free port");
        }
        number = ntohs(address.sin_port);
    }
    ~HeldPort() { close(handle); }
    HeldPort(const HeldPort&) = delete;
    HeldPort& operator=(const HeldPort&) = delete;
};

void expect_a_frame(Streaming& open) {
    open.announce(2, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    open.camera.send(image_block(1));
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, open.fetch(), bi::frame_id), 1u);
}

}  // namespace

TEST(the_stream_moves_to_the_port_that_is_asked_for) {
    Streaming open;
    const std::uint16_t wanted = HeldPort().number;  // free again
    CHECK_EQ(write_node(open.stream, "StreamHostPort", wanted), 0);
    CHECK_EQ(node(open.stream, "StreamHostPort"), wanted);
    expect_a_frame(open);
    CHECK_EQ(open.camera.get_register(0x0D00) & 0xFFFF, wanted);
}

TEST(a_port_that_another_holds_is_refused_and_the_stream_goes_on) {
    Streaming open;
    const HeldPort held;
    CHECK_EQ(write_node(open.stream, "StreamHostPort", held.number), -1010);
    CHECK(node(open.stream, "StreamHostPort") != held.number);
    CHECK_EQ(write_node(open.stream, "StreamHostPort", 65536), -1019);
    expect_a_frame(open);
}

TEST(the_packet_size_is_negotiated_anew_below_a_limit) {
    Streaming open;
    CHECK_EQ(node(open.stream, "DeviceStreamChannelPacketSize"), 9000);
    CHECK_EQ(write_node(open.stream, "DeviceStreamChannelPacketSizeMax", 575), -1019);
    CHECK_EQ(write_node(open.stream, "DeviceStreamChannelPacketSizeMax", 1500), 0);
    CHECK_EQ(node(open.stream, "DeviceStreamChannelPacketSize"), 9000);
    CHECK_EQ(write_node(open.stream, "DeviceStreamChannelNegotiatePacketSize", 1), 0);
    CHECK_EQ(node(open.stream, "DeviceStreamChannelPacketSize"), 1500);
    CHECK_EQ(open.camera.get_register(0x0D04) & 0xFFFF, 1500u);
    expect_a_frame(open);
}

TEST(the_receive_engine_is_the_one_that_was_forced) {
    Streaming open;
    constexpr std::int64_t kBatches = 1;
    CHECK_EQ(node(open.stream, "StreamReceiveEngine"), 0);  // automatic
    CHECK_EQ(write_node(open.stream, "StreamReceiveEngine", kBatches), 0);
    CHECK_EQ(write_node(open.stream, "StreamReceiveEngine", 4), -1019);
    expect_a_frame(open);
    CHECK_EQ(node(open.stream, "StreamActiveReceiveEngine"), kBatches);
}

TEST(options_are_kept_and_have_limits) {
    Streaming open;
    const struct {
        const char* name;
        std::int64_t good, bad;
    } options[] = {{"StreamPacketResendInitialTimeout", 2500, 1'000'001},
                   {"StreamPacketResendTimeout", 7000, -1},
                   {"StreamFrameRetention", 55'000, 10'000'001},
                   {"StreamPacketResendRatio", 57, 101},
                   {"StreamReorderTime", 3000, 10'000'001},
                   {"StreamSilenceTime", 250'000, 600'000'001},
                   {"StreamPacketResendEnable", 0, 2}};
    for (const auto& option : options) {
        CHECK_EQ(write_node(open.stream, option.name, option.good), 0);
        CHECK_EQ(write_node(open.stream, option.name, option.bad), -1019);
    }
    for (const auto& option : options) CHECK_EQ(node(open.stream, option.name), option.good);
}

TEST(what_a_running_acquisition_relies_on_is_locked) {
    Streaming open;
    expect_a_frame(open);
    for (const char* name :
         {"StreamHostPort", "DeviceStreamChannelPacketSizeMax", "DeviceStreamChannelNegotiatePacketSize",
          "StreamReceiveEngine", "StreamPacketResendEnable", "StreamPacketResendRatio", "StreamReorderTime"}) {
        CHECK_EQ(write_node(open.stream, name, 1), -1005);
        CHECK(last_error_text().find("an acquisition runs; stop it first") != std::string::npos);
    }
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(write_node(open.stream, "StreamReorderTime", 1), 0);
}
