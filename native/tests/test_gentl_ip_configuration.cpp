// GevDeviceForceIP of the interface module: a device gets another IP address.
#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

std::uint32_t number(const std::string& ip) {
    return ntohl(inet_addr(ip.c_str()));
}

// A session with a camera that is selected in the interface's node map.
struct Selected {
    FakeCamera camera{"F-" + std::to_string(getpid())};
    Session session;
    std::string id = session.find(camera);

    Selected() {
        const std::int64_t last = static_cast<std::int64_t>(device_count()) - 1;
        for (std::int64_t index = 0; index <= last; ++index) {
            CHECK_EQ(write_node(session.loopback, "DeviceSelector", index), 0);
            if (node(session.loopback, "GevDeviceIPAddress") == number(camera.ip())) return;
        }
        throw std::runtime_error("the camera cannot be selected");
    }
    [[nodiscard]] std::uint32_t device_count() const {
        std::uint32_t count = 0;
        OK(IFGetNumDevices, session.loopback, &count);
        return count;
    }
    [[nodiscard]] Status force(const std::string& address, const std::string& mask, const std::string& gateway) const {
        CHECK_EQ(write_node(session.loopback, "GevDeviceForceIPAddress", number(address)), 0);
        CHECK_EQ(write_node(session.loopback, "GevDeviceForceSubnetMask", number(mask)), 0);
        CHECK_EQ(write_node(session.loopback, "GevDeviceForceGateway", number(gateway)), 0);
        return write_node(session.loopback, "GevDeviceForceIP", 1);
    }
};

}  // namespace

TEST(a_forced_address_reaches_the_device_and_the_list) {
    Selected open;
    CHECK_EQ(open.force("127.9.8.7", "255.255.0.0", "127.9.0.1"), 0);
    CHECK_EQ(open.camera.get_register(0x0024), number("127.9.8.7"));
    CHECK_EQ(open.camera.get_register(0x0034), number("255.255.0.0"));
    CHECK_EQ(open.camera.get_register(0x0044), number("127.9.0.1"));
    CHECK_EQ(node(open.session.loopback, "GevDeviceIPAddress"), number("127.9.8.7"));
    CHECK_EQ(node(open.session.loopback, "GevDeviceSubnetMask"), number("255.255.0.0"));
}

TEST(a_device_that_an_application_controls_keeps_its_address) {
    Selected open;
    open.camera.set_controller(42);
    const std::uint32_t before = open.camera.get_register(0x0024);
    CHECK_EQ(open.force("127.9.8.7", "255.255.0.0", "0.0.0.0"), -1005);
    CHECK(last_error_text().find("ACCESS_DENIED") != std::string::npos);
    CHECK_EQ(open.camera.get_register(0x0024), before);
}

TEST(a_device_that_is_open_here_is_closed_first) {
    Selected open;
    Handle device = nullptr;
    OK(IFOpenDevice, open.session.loopback, open.id.c_str(), gentl::open_flag::read_only, &device);
    CHECK_EQ(open.force("127.9.8.7", "255.255.0.0", "0.0.0.0"), -1004);
    OK(DevClose, device);
    CHECK_EQ(open.force("127.9.8.7", "255.255.0.0", "0.0.0.0"), 0);
}

TEST(settings_that_no_host_can_have_are_not_sent) {
    Selected open;
    const std::uint32_t before = open.camera.get_register(0x0024);
    for (const auto& [address, mask] : {std::pair{"127.9.8.7", "255.0.255.0"},
                                        {"127.9.8.7", "0.0.0.0"},
                                        {"127.9.0.0", "255.255.0.0"},
                                        {"127.9.255.255", "255.255.0.0"},
                                        {"239.1.2.3", "255.255.0.0"}}) {
        CHECK_EQ(open.force(address, mask, "0.0.0.0"), -1009);
    }
    CHECK_EQ(open.camera.get_register(0x0024), before);
}

TEST(a_device_that_does_not_answer_is_told_within_seconds) {
    Selected open;
    open.camera.set_silent(true);
    CHECK_EQ(open.force("127.9.8.7", "255.255.0.0", "0.0.0.0"), -1010);
    CHECK(last_error_text().find("was not found at 127.9.8.7") != std::string::npos);
}

TEST(the_time_for_discovery_has_limits) {
    Session session;
    CHECK_EQ(write_node(session.loopback, "DeviceUpdateTimeout", 49), -1019);
    CHECK_EQ(write_node(session.loopback, "DeviceUpdateTimeout", 2001), -1019);
    CHECK_EQ(write_node(session.loopback, "DeviceUpdateTimeout", 50), 0);
    CHECK_EQ(node(session.loopback, "DeviceUpdateTimeout"), 50);
    CHECK_EQ(write_node(session.loopback, "DeviceUpdateList", 1), 0);
    CHECK_EQ(write_node(session.loopback, "GevInterfaceMTU", 1500), -1005);
}
