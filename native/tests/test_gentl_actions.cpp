// ActionCommand of the interface module: one command, obeyed by those that are meant.
#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;

namespace {

constexpr std::uint32_t kDeviceKey = 0x11223344, kGroupKey = 5, kMask = 6;
constexpr std::uint32_t kDeviceKeyRegister = 0x090C, kGroupKeyRegister = 0x9800, kMaskRegister = 0x9804,
                        kActionsDone = 0x9808;

struct Addressed {
    FakeCamera camera{"A-" + std::to_string(getpid())};
    Session session;

    Addressed() {
        camera.set_register(kDeviceKeyRegister, kDeviceKey);
        camera.set_register(kGroupKeyRegister, kGroupKey);
        camera.set_register(kMaskRegister, kMask);
        set("ActionDeviceKey", kDeviceKey);
        set("ActionGroupKey", kGroupKey);
        set("ActionGroupMask", 2);
        set("GevActionDestinationIPAddress", ntohl(inet_addr(camera.ip().c_str())));
    }
    void set(const char* feature, std::int64_t number) const {
        CHECK_EQ(write_node(session.loopback, feature, number), 0);
    }
    void fire() const { set("ActionCommand", 1); }
    [[nodiscard]] std::int64_t get(const char* feature) const { return node(session.loopback, feature); }
    [[nodiscard]] bool acknowledged() const {
        return eventually([&] { return get("ActionAcknowledgeCount") == 1; });
    }
};

}  // namespace

TEST(a_device_that_is_meant_acts_once_and_is_counted_and_named) {
    Addressed open;
    CHECK_EQ(open.get("ActionAcknowledgeCount"), 0);
    open.fire();
    CHECK(open.acknowledged());
    CHECK_EQ(open.camera.get_register(kActionsDone), 1U);
    CHECK_EQ(open.get("ActionAcknowledgeIPAddress"), open.get("GevActionDestinationIPAddress"));
    CHECK_EQ(open.get("ActionAcknowledgeStatus"), 0);
}

TEST(every_command_is_counted_anew) {
    Addressed open;
    for (std::uint32_t i = 1; i <= 3; ++i) {
        open.fire();
        CHECK(open.acknowledged());
        CHECK_EQ(open.camera.get_register(kActionsDone), i);
    }
}

TEST(a_device_that_is_not_meant_does_nothing_and_says_nothing) {
    Addressed open;
    open.set("ActionGroupMask", 9);
    open.fire();
    open.set("ActionGroupMask", 2);
    open.fire();  // what comes after it is obeyed, so the first one was passed over
    CHECK(open.acknowledged());
    CHECK_EQ(open.camera.get_register(kActionsDone), 1U);
}

TEST(without_a_wish_for_acknowledges_none_comes) {
    Addressed open;
    open.set("ActionAcknowledgeRequired", 0);
    open.fire();
    CHECK(eventually([&] { return open.camera.get_register(kActionsDone) == 1; }));
    CHECK_EQ(open.get("ActionAcknowledgeCount"), 0);
}

TEST(a_command_goes_to_the_whole_network_unless_told_otherwise) {
    Session session;
    CHECK_EQ(node(session.loopback, "GevActionDestinationIPAddress"), 0x7FFFFFFF);
}
