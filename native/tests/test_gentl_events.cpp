// Events of every module but the new-buffer event: what a consumer registers, waits for and reads.
#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <thread>

#include "check.hpp"
#include "gentl_session.hpp"
#include "gige_peer.hpp"
#include "golden.hpp"

using namespace vcxg::testing;
using vcxg::gentl::Handle;
using vcxg::gentl::Status;
using vcxg::test::eventually;
using vcxg::test::Stranger;
namespace gentl = vcxg::gentl;
namespace et = vcxg::gentl::event_type;

namespace {

using Bytes = std::vector<std::byte>;

Bytes golden(const char* name) {
    static const auto entries = vcxg::golden::load("gvcp");
    return entries.at(name);
}

std::string as_text(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A registered event, as a consumer holds it.
struct Registered {
    Handle event = nullptr;

    Registered(Handle module, std::int32_t type) { OK(GCRegisterEvent, module, type, &event); }

    [[nodiscard]] std::size_t in_queue() const {
        return value<std::size_t>([&](auto... out) { return PRODUCER(EventGetInfo)(event, ei::in_queue, out...); });
    }
    [[nodiscard]] std::uint64_t counter(gentl::Command command) const {
        return value<std::uint64_t>([&](auto... out) { return PRODUCER(EventGetInfo)(event, command, out...); });
    }
    [[nodiscard]] std::size_t size_max() const {
        return value<std::size_t>([&](auto... out) { return PRODUCER(EventGetInfo)(event, ei::size_max, out...); });
    }
    Status fetch(std::string& data, std::uint64_t timeout_ms = 5000) const {
        data.assign(size_max(), '?');
        std::size_t size = data.size();
        const Status status = PRODUCER(EventGetData)(event, data.data(), &size, timeout_ms);
        data.resize(status == 0 ? size : 0);
        return status;
    }
    [[nodiscard]] std::string fetch() const {
        std::string data;
        expect_success(fetch(data), "EventGetData");
        return data;
    }
    [[nodiscard]] std::string id(const std::string& data) const {
        return text(
            [&](auto... out) { return PRODUCER(EventGetDataInfo)(event, data.data(), data.size(), 0, out...); });
    }
    [[nodiscard]] std::string value_text(const std::string& data) const {
        return text(
            [&](auto... out) { return PRODUCER(EventGetDataInfo)(event, data.data(), data.size(), 1, out...); });
    }
    [[nodiscard]] std::string value_bytes(const std::string& data) const {
        std::string bytes(size_max(), '?');
        std::size_t size = bytes.size();
        std::int32_t type = 0;
        expect_success(PRODUCER(EventGetDataInfo)(event, data.data(), data.size(), 1, &type, bytes.data(), &size),
                       "value");
        CHECK_EQ(type, 13);
        bytes.resize(size);
        return bytes;
    }
    [[nodiscard]] std::uint64_t number(const std::string& data) const {
        return value<std::uint64_t>(
            [&](auto... out) { return PRODUCER(EventGetDataInfo)(event, data.data(), data.size(), 2, out...); });
    }
};

// A camera with a message channel, open with control.
struct Talking : Streaming {
    Stranger mouth{ntohl(inet_addr(camera.ip().c_str()))};

    explicit Talking(std::int32_t access = gentl::open_flag::control) : Streaming(access) {
        camera.set_register(0x0900, 1);
    }
    void say(const Bytes& datagram) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(camera.get_register(0x0B10));
        to.sin_port = htons(static_cast<std::uint16_t>(camera.get_register(0x0B00)));
        ::sendto(mouth.handle(), datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
};

Bytes numbered(std::uint8_t number) {
    Bytes event = golden("EVENT_CMD");
    event.at(7) = static_cast<std::byte>(number);
    event.at(11) = static_cast<std::byte>(number);
    return event;
}

}  // namespace

TEST(a_remote_device_event_is_the_command_and_its_value_goes_without_the_header) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    for (const char* name : {"EVENT_CMD", "EVENTDATA_CMD", "EVENT_CMD_EXTENDED", "EVENTDATA_CMD_EXTENDED"}) {
        open.say(golden(name));
        const std::string data = event.fetch();
        CHECK(data == as_text(golden(name)));
        CHECK(event.value_bytes(data) == as_text(golden(name)).substr(8));
    }
}

TEST(the_id_of_a_remote_device_event_is_hexadecimal_text_and_a_number) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    open.say(golden("EVENT_CMD_TWO"));
    const std::string first = event.fetch();
    CHECK_EQ(event.id(first), std::string("0003"));
    CHECK_EQ(event.number(first), 3u);
    const std::string second = event.fetch();
    CHECK_EQ(event.id(second), std::string("0004"));
    CHECK_EQ(event.value_bytes(second).size(), std::size_t{16});
    open.say(golden("EVENTDATA_CMD"));
    CHECK_EQ(event.id(event.fetch()), std::string("9002"));
    CHECK_EQ(event.counter(ei::fired), 3u);
    CHECK_EQ(event.counter(ei::message_commands), 2u);
}

TEST(events_queue_up_in_order_and_are_counted_exactly) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    CHECK_EQ(event.in_queue(), std::size_t{0});
    for (std::uint8_t i = 1; i <= 5; ++i) open.say(numbered(i));
    CHECK(eventually([&] { return event.in_queue() == 5; }));
    for (std::uint8_t i = 1; i <= 3; ++i) {
        CHECK_EQ(event.number(event.fetch()), 0x9000u + i);
        CHECK_EQ(event.in_queue(), std::size_t{5} - i);
    }
    OK(EventFlush, event.event);
    CHECK_EQ(event.in_queue(), std::size_t{0});
    std::string data;
    CHECK_EQ(event.fetch(data, 0), -1011);
    CHECK_EQ(event.counter(ei::fired), 5u);
    CHECK_EQ(event.counter(ei::lost), 0u);
}

TEST(when_nobody_fetches_the_oldest_events_are_lost_and_counted) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    const auto capacity =
        value<std::size_t>([&](auto... out) { return PRODUCER(EventGetInfo)(event.event, ei::capacity, out...); });
    constexpr std::size_t kEntries = 32;
    Bytes many = golden("EVENT_CMD");
    const Bytes entry(many.begin() + 8, many.end());
    while (many.size() < 8 + kEntries * entry.size()) many.insert(many.end(), entry.begin(), entry.end());
    many.at(4) = std::byte{kEntries * 16 >> 8};
    many.at(5) = std::byte{kEntries * 16 & 0xFF};
    std::size_t sent = 0;
    for (std::uint8_t id = 1; sent < capacity + 100; ++id) {
        many.at(7) = static_cast<std::byte>(id);
        open.say(many);
        sent += kEntries;
        CHECK(eventually([&] { return event.counter(ei::fired) == sent; }));
    }
    CHECK_EQ(event.in_queue(), capacity);
    CHECK_EQ(event.counter(ei::lost), sent - capacity);
}

TEST(a_buffer_that_is_too_small_leaves_the_event_in_the_queue) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    open.say(golden("EVENT_CMD"));
    char small[8];
    std::size_t size = sizeof small;
    CHECK_EQ(PRODUCER(EventGetData)(event.event, small, &size, 5000), -1016);
    CHECK_EQ(size, std::size_t{24});
    CHECK_EQ(event.fetch().size(), std::size_t{24});
}

TEST(the_message_channel_is_open_while_the_event_is_registered) {
    Talking open;
    CHECK_EQ(open.camera.get_register(0x0B00), 0u);
    {
        const Registered event(open.device, et::remote_device);
        const auto port = value<std::uint32_t>(
            [&](auto... out) { return PRODUCER(EventGetInfo)(event.event, ei::message_host_port, out...); });
        CHECK_EQ(open.camera.get_register(0x0B00), port);
        CHECK_EQ(open.camera.get_register(0x0B10), 0x7F000001u);
        Handle again = nullptr;
        CHECK_EQ(PRODUCER(GCRegisterEvent)(open.device, et::remote_device, &again), -1004);
        OK(GCUnregisterEvent, open.device, et::remote_device);
        CHECK_EQ(PRODUCER(EventKill)(event.event), -1006);
    }
    CHECK_EQ(open.camera.get_register(0x0B00), 0u);
    const Registered event(open.device, et::remote_device);
    open.say(golden("EVENT_CMD"));
    CHECK_EQ(event.number(event.fetch()), 0x9001u);
    OK(DevClose, open.device);
    CHECK_EQ(open.camera.get_register(0x0B00), 0u);
}

TEST(the_message_port_of_this_host_can_be_fixed) {
    Talking open;
    setenv("VCXG124M_MESSAGE_PORTS", "not a port", 1);
    Handle event = nullptr;
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.device, et::remote_device, &event), -1009);
    CHECK(last_error_text().find("VCXG124M_MESSAGE_PORTS=not a port") != std::string::npos);
    setenv("VCXG124M_MESSAGE_PORTS", "50400-50499", 1);
    const Registered registered(open.device, et::remote_device);
    unsetenv("VCXG124M_MESSAGE_PORTS");
    const std::uint32_t port = open.camera.get_register(0x0B00);
    CHECK(port >= 50400 && port <= 50499);
}

TEST(strangers_repeats_and_garbage_are_counted_beside_the_events) {
    Talking open;
    const Registered event(open.device, et::remote_device);
    open.say(golden("EVENT_CMD"));
    open.say(golden("EVENT_CMD"));
    open.say(golden("READREG_CCP"));
    CHECK(eventually([&] { return event.counter(ei::message_malformed) == 1; }));
    CHECK_EQ(event.counter(ei::message_repeats), 1u);
    CHECK_EQ(event.counter(ei::fired), 1u);
    const Stranger stranger(0x7F000001);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(0x7F000001);
    to.sin_port = htons(static_cast<std::uint16_t>(open.camera.get_register(0x0B00)));
    ::sendto(stranger.handle(), "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    CHECK(eventually([&] { return event.counter(ei::message_foreign) == 1; }));
}

TEST(with_read_only_access_there_are_no_remote_device_events) {
    FakeCamera camera("R-" + std::to_string(getpid()));
    camera.set_register(0x0900, 1);
    const Session session;
    Handle device = nullptr, event = nullptr;
    OK(IFOpenDevice, session.loopback, session.find(camera).c_str(), gentl::open_flag::read_only, &device);
    CHECK_EQ(PRODUCER(GCRegisterEvent)(device, et::remote_device, &event), -1003);
    CHECK_EQ(camera.get_register(0x0B00), 0u);
}

TEST(a_kill_is_remembered_and_a_wait_ends_by_kill_unregister_and_close) {
    const std::function<void(Talking&, Handle)> endings[] = {
        [](Talking&, Handle event) { OK(EventKill, event); },
        [](Talking& open, Handle) { OK(GCUnregisterEvent, open.device, et::remote_device); },
        [](Talking& open, Handle) { OK(DevClose, open.device); },
        [](Talking&, Handle) { OK(GCCloseLib); },
    };
    for (const auto& end : endings) {
        Talking open;
        const Registered event(open.device, et::remote_device);
        std::string data;
        OK(EventKill, event.event);
        CHECK_EQ(event.fetch(data, 0), -1012);
        CHECK_EQ(event.fetch(data, 0), -1011);
        auto waiting = std::async(std::launch::async, [&] { return event.fetch(data, gentl::kInfinite); });
        CHECK(waiting.wait_for(std::chrono::milliseconds(30)) == std::future_status::timeout);
        end(open, event.event);
        CHECK(waiting.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
        CHECK_EQ(waiting.get(), -1012);
    }
}

TEST(a_wait_of_some_milliseconds_takes_that_long_and_no_more) {
    Talking open;
    const Registered event(open.device, et::module);
    for (const int wait : {0, 1, 50}) {
        const auto begin = std::chrono::steady_clock::now();
        std::string data;
        CHECK_EQ(event.fetch(data, static_cast<std::uint64_t>(wait)), -1011);
        const auto took = std::chrono::steady_clock::now() - begin;
        CHECK(took >= std::chrono::milliseconds(wait));
        CHECK(took < std::chrono::seconds(1));
    }
}

TEST(the_interface_tells_that_its_device_list_changed) {
    const Session session;
    const Registered event(session.loopback, et::module);
    FakeCamera camera("L-" + std::to_string(getpid()));
    static_cast<void>(session.find(camera));
    const std::string data = event.fetch();
    CHECK_EQ(event.id(data), std::string("9002"));
    CHECK_EQ(event.number(data), 0x9002u);
    CHECK_EQ(event.value_bytes(data), data);
    static_cast<void>(session.find(camera));
    CHECK_EQ(event.in_queue(), std::size_t{0});  // the same list again is no news
}

TEST(the_system_tells_that_its_interface_list_changed) {
    OK(GCInitLib);
    Handle system = nullptr;
    OK(TLOpen, &system);
    {
        const Registered event(system, et::module);
        gentl::Bool8 changed = 0;
        OK(TLUpdateInterfaceList, system, &changed, 100);
        CHECK_EQ(event.id(event.fetch()), std::string("9001"));
    }
    OK(GCCloseLib);
}

TEST(a_camera_that_is_gone_is_told_as_error_as_module_event_and_as_features_that_changed) {
    setenv("VCXG124M_HEARTBEAT_TIMEOUT", "600", 1);
    Talking open;
    unsetenv("VCXG124M_HEARTBEAT_TIMEOUT");
    const Registered error(open.device, et::error);
    const Registered module(open.device, et::module);
    const Registered invalidate(open.device, et::feature_invalidate);
    open.camera.set_silent(true);
    const std::string what = error.fetch();
    std::int32_t status = 0;
    std::size_t size = sizeof status;
    OK(EventGetDataInfo, error.event, what.data(), what.size(), 0, nullptr, &status, &size);
    CHECK_EQ(status, -1010);
    CHECK(error.value_text(what).find("nothing was answered for the heartbeat timeout of 600 ms") != std::string::npos);
    CHECK_EQ(module.id(module.fetch()), std::string("9003"));
    CHECK_EQ(invalidate.id(invalidate.fetch()), std::string("DeviceAccessStatus"));
    CHECK_EQ(invalidate.id(invalidate.fetch()), std::string("DeviceConnectionLost"));
}

TEST(start_and_stop_of_a_stream_are_told_to_the_camera_s_node_map) {
    Streaming open;
    const Registered change(open.device, et::feature_change);
    const Registered invalidate(open.device, et::feature_invalidate);
    open.announce(2, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    const std::string locked = change.fetch();
    CHECK_EQ(change.id(locked), std::string("TLParamsLocked"));
    CHECK_EQ(change.value_text(locked), std::string("1"));
    CHECK_EQ(invalidate.id(invalidate.fetch()), std::string("GevSCPHostPort"));
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(change.value_text(change.fetch()), std::string("0"));
}

TEST(event_data_of_a_consumer_are_not_trusted) {
    Talking open;
    for (const std::int32_t type :
         {et::error, et::feature_invalidate, et::feature_change, et::remote_device, et::module}) {
        const Registered event(open.device, type);
        const std::string garbage(17, 'x');
        for (std::size_t size = 0; size <= garbage.size(); ++size) {
            char out[600];
            std::size_t out_size = sizeof out;
            std::int32_t info_type = 0;
            const Status status =
                PRODUCER(EventGetDataInfo)(event.event, garbage.data(), size, 0, &info_type, out, &out_size);
            if (type != et::module || size != 16) CHECK_EQ(status, -1009);
        }
        OK(GCUnregisterEvent, open.device, type);
    }
}
