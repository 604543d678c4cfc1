// Opening, closing, access, events that are ended; what stays behind after GCCloseLib.
#include <chrono>
#include <filesystem>
#include <future>

#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

std::ptrdiff_t entries(const char* folder) {
    const std::filesystem::directory_iterator all(folder);
    return std::distance(begin(all), end(all));
}

Status open_device(const Session& session, const std::string& id, std::int32_t access, Handle* device) {
    return PRODUCER(IFOpenDevice)(session.loopback, id.c_str(), access, device);
}

std::string url_of(Handle port) {
    return text([&](auto... out) { return PRODUCER(GCGetPortURLInfo)(port, 0, 0, out...); });
}

}  // namespace

TEST(cycles_of_init_and_close_leave_no_thread_and_no_socket) {
    { Streaming first; }
    const auto threads = entries("/proc/self/task");
    const auto files = entries("/proc/self/fd");
    for (int i = 0; i < 3; ++i) {
        Streaming open;
        open.announce(3, 4096);
        OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    }
    CHECK_EQ(entries("/proc/self/task"), threads);
    CHECK_EQ(entries("/proc/self/fd"), files);
}

TEST(the_library_is_initialised_and_closed_once) {
    CHECK_EQ(PRODUCER(GCInitLib)(), 0);
    CHECK_EQ(PRODUCER(GCInitLib)(), -1004);
    CHECK_EQ(PRODUCER(GCCloseLib)(), 0);
    CHECK_EQ(PRODUCER(GCCloseLib)(), -1002);
}

TEST(each_module_is_open_once) {
    Streaming open;
    Handle handle = nullptr;
    CHECK_EQ(PRODUCER(TLOpen)(&handle), -1004);
    CHECK_EQ(PRODUCER(TLOpenInterface)(open.session.system, "lo_127.0.0.1", &handle), -1004);
    for (std::int32_t access : {2, 3, 4}) CHECK_EQ(open_device(open.session, open.id, access, &handle), -1004);
    CHECK_EQ(PRODUCER(DevOpenDataStream)(open.device, "Stream0", &handle), -1004);
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.stream, 1, &handle), -1004);
    OK(DSClose, open.stream);
    CHECK_EQ(PRODUCER(DevOpenDataStream)(open.device, "Stream0", &open.stream), 0);
    OK(DevClose, open.device);
    CHECK_EQ(open_device(open.session, open.id, 4, &open.device), 0);
}

TEST(closing_a_module_closes_what_was_opened_through_it) {
    Streaming open;
    const auto buffers = open.announce(1, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    OK(TLClose, open.session.system);
    CHECK_EQ(PRODUCER(EventKill)(open.event), -1006);
    CHECK_EQ(PRODUCER(DSQueueBuffer)(open.stream, buffers[0]), -1006);
    CHECK_EQ(PRODUCER(DevClose)(open.device), -1006);
    CHECK_EQ(PRODUCER(IFClose)(open.session.loopback), -1006);
    std::uint32_t word = 0;
    std::size_t size = sizeof word;
    CHECK_EQ(PRODUCER(GCReadPort)(open.port, 0, &word, &size), -1006);
    CHECK_EQ(open.camera.get_register(0x0A00), 0u);  // control was released
    CHECK_EQ(open.camera.get_register(0x0D00), 0u);  // and the stream channel closed
}

TEST(parents_are_found) {
    Streaming open;
    Handle handle = nullptr;
    OK(DSGetParentDev, open.stream, &handle);
    CHECK_EQ(handle, open.device);
    OK(DevGetParentIF, open.device, &handle);
    CHECK_EQ(handle, open.session.loopback);
    OK(IFGetParentTL, open.session.loopback, &handle);
    CHECK_EQ(handle, open.session.system);
    OK(DevGetPort, open.device, &handle);
    CHECK_EQ(handle, open.port);
}

TEST(the_privilege_asked_for_is_taken) {
    FakeCamera camera("A-1");
    Session session;
    const std::string id = session.find(camera);
    const struct {
        std::int32_t access;
        std::uint32_t ccp;
        std::int32_t status;
    } cases[] = {{2, 0, 6}, {3, 2, 5}, {4, 1, 5}};
    CHECK_EQ(session.access_status(id), 1);
    for (const auto& expected : cases) {
        Handle device = nullptr;
        OK(IFOpenDevice, session.loopback, id.c_str(), expected.access, &device);
        CHECK_EQ(camera.get_register(0x0A00), expected.ccp);
        CHECK_EQ(session.access_status(id), expected.status);
        OK(DevClose, device);
        CHECK_EQ(camera.get_register(0x0A00), 0u);
    }
}

TEST(a_device_that_another_application_controls_is_denied_but_readable) {
    FakeCamera camera("A-2");
    camera.set_register(0x0A00, 2);
    camera.set_controller(42);
    Session session;
    const std::string id = session.find(camera);
    Handle device = nullptr;
    CHECK_EQ(session.access_status(id), 2);
    CHECK_EQ(open_device(session, id, 3, &device), -1005);
    CHECK_EQ(open_device(session, id, 3, &device), -1005);  // and not -1004: nothing was left open
    CHECK_EQ(open_device(session, id, 2, &device), 0);
    Handle port = nullptr;
    OK(DevGetPort, device, &port);
    CHECK(xml_of(port).starts_with("<RegisterDescription/>"));
}

TEST(a_read_only_device_opens_its_stream_but_does_not_start_it) {
    Streaming open(2);
    open.announce(1, 4096);
    CHECK_EQ(PRODUCER(DSStartAcquisition)(open.stream, 0, gentl::kInfinite), -1005);
    CHECK_EQ(PRODUCER(DSStopAcquisition)(open.stream, 1), 0);
    CHECK_EQ(open.camera.get_register(0x0D04), 576u);  // nothing was negotiated
}

TEST(two_cameras_with_one_mac_and_one_serial_number_differ) {
    FakeCamera one("T-1"), two("T-1");
    two.set_register(0x0008, one.get_register(0x0008));
    two.set_register(0x000C, one.get_register(0x000C));
    Session session;
    setenv("VCXG124M_DISCOVERY_ADDRESSES", (one.ip() + "," + two.ip()).c_str(), 1);
    gentl::Bool8 changed = 0;
    OK(IFUpdateDeviceList, session.loopback, &changed, 1000);
    CHECK_EQ(changed, 1);
    std::set<std::string> ids;
    std::uint32_t count = 0;
    OK(IFGetNumDevices, session.loopback, &count);
    for (std::uint32_t i = 0; i < count; ++i) {
        char id[256];
        std::size_t size = sizeof id;
        OK(IFGetDeviceID, session.loopback, i, id, &size);
        if (session.device_text(id, 7) == "T-1") ids.insert(id);
    }
    CHECK_EQ(ids.size(), std::size_t{2});
    OK(IFUpdateDeviceList, session.loopback, &changed, 1000);
    CHECK_EQ(changed, 0);
    for (const auto& id : ids) {
        Handle device = nullptr;
        CHECK_EQ(open_device(session, id, 4, &device), 0);
    }
    CHECK_EQ(one.get_register(0x0A00), 1u);
    CHECK_EQ(two.get_register(0x0A00), 1u);
}

TEST(the_interface_list_says_when_it_changed) {
    Session session;
    gentl::Bool8 changed = 9;
    OK(TLUpdateInterfaceList, session.system, &changed, 0);
    CHECK_EQ(changed, 0);
    CHECK_EQ(PRODUCER(TLUpdateInterfaceList)(session.system, nullptr, 0), 0);
}

TEST(the_xml_of_every_module_and_of_the_camera_is_read_in_one_piece) {
    Streaming open;
    std::string large = "<?xml version=\"1.0\"?>";
    while (large.size() < 5001) large += "<!-- x -->";
    open.camera.set_xml("camera.xml", large);
    CHECK_EQ(xml_of(open.port), large);
    for (Handle module : {open.session.system, open.session.loopback, open.device, open.stream}) {
        CHECK(url_of(module).starts_with("local:vcxg124m_"));
        CHECK(xml_of(module).ends_with("</RegisterDescription>\n"));
    }
}

TEST(the_cameras_url_is_bounded_and_names_a_plain_file) {
    const struct {
        const char *first, *second;
        const char* url;  // nullptr: refused
    } cases[] = {
        {"Local:///cam.xml;20000;1A2B?SchemaVersion=1.1.0", "", "local:cam.xml;20000;1a2b?SchemaVersion=1.1.0"},
        {"LOCAL:cam.xml;F0000000;10", "", "local:cam.xml;f0000000;10"},
        {"local:../../etc/x y.xml;100;10", "", "local:x_y.xml;100;10"},
        {"http://example.org/cam.xml", "", "http://example.org/cam.xml"},
        {"file:///proc/self/stat", "", "file:///proc/self/stat"},
        {"File:///proc/self/none.xml", "Local:two.xml;100;20", "local:two.xml;100;20"},
        {"File:CMakeCache.txt", "File:none.xml",
         nullptr},  // whatever the working folder happens to hold is not the camera's
        {"", "Local:two.xml;100;20", "local:two.xml;100;20"},
        {"Local:cam.xml;0;1000001", "Local:cam.xml;FFFFFFFF;10", nullptr},  // too long; outside the register space
        {"Local:cam.xml;20000;0", "Local:cam.xml;20000", nullptr},
        {"Local:cam.xml;0x20000;10", "nonsense", nullptr},
    };
    for (const auto& expected : cases) {
        Streaming open;
        open.camera.set_text(0x200, 512, expected.first);
        open.camera.set_text(0x400, 512, expected.second);
        std::uint32_t count = 9;
        CHECK_EQ(PRODUCER(GCGetNumPortURLs)(open.port, &count), expected.url == nullptr ? -1014 : 0);
        if (expected.url != nullptr) CHECK_EQ(url_of(open.port), std::string(expected.url));
    }
}

TEST(a_nodes_register_is_checked) {
    Session session;
    std::uint8_t bytes[16] = {};
    std::size_t size = 8;
    CHECK_EQ(PRODUCER(GCReadPort)(session.system, 0xFF0, bytes, &size), -1015);
    CHECK_EQ(PRODUCER(GCReadPort)(session.system, ~0ull, bytes, &size), -1015);
    CHECK_EQ(PRODUCER(GCWritePort)(session.system, 0x1000, bytes, &size), -1005);  // TLID
    std::size_t all = 2;
    gentl::PortEntry entries[] = {{0x1000, bytes, 8}, {0xFF0, bytes, 8}};
    CHECK_EQ(PRODUCER(GCReadPortStacked)(session.system, entries, &all), -1015);
    CHECK_EQ(all, std::size_t{1});
    CHECK_EQ(std::string(reinterpret_cast<const char*>(bytes), 8), std::string("vcxg124m"));
}

TEST(a_selector_takes_only_what_is_there) {
    Streaming open;
    const std::uint64_t address = node_address(open.device, "StreamSelector");
    std::int64_t index = 0;
    std::size_t size = sizeof index;
    CHECK_EQ(PRODUCER(GCWritePort)(open.device, address, &index, &size), 0);
    index = 1;
    CHECK_EQ(PRODUCER(GCWritePort)(open.device, address, &index, &size), -1019);
    size = 4;
    CHECK_EQ(PRODUCER(GCWritePort)(open.device, address, &index, &size), -1009);
}

TEST(a_register_of_the_camera_passes_through_unswapped) {
    Streaming open;
    open.camera.set_register(0xA000, 0x11223344);
    std::uint8_t bytes[4] = {};
    std::size_t size = 4;
    OK(GCReadPort, open.port, 0xA000, bytes, &size);
    CHECK_EQ(bytes[0], 0x11);
    CHECK_EQ(bytes[3], 0x44);
    const std::uint8_t other[4] = {0, 0, 1, 2};
    OK(GCWritePort, open.port, 0xA000, other, &size);
    CHECK_EQ(open.camera.get_register(0xA000), 0x0102u);
    CHECK_EQ(PRODUCER(GCReadPort)(open.port, 0xB000, bytes, &size), -1015);
}

TEST(a_kill_is_remembered_and_ends_one_wait) {
    Streaming open;
    Handle buffer = nullptr;
    OK(EventKill, open.event);
    CHECK_EQ(open.fetch(buffer, 0), -1012);
    CHECK_EQ(open.fetch(buffer, 0), -1011);
}

TEST(an_endless_wait_ends_by_kill_unregister_and_close) {
    const std::function<void(Streaming&)> endings[] = {
        [](Streaming& open) { OK(EventKill, open.event); },
        [](Streaming& open) { OK(GCUnregisterEvent, open.stream, 1); },
        [](Streaming& open) { OK(DSClose, open.stream); },
        [](Streaming&) { OK(GCCloseLib); },
    };
    for (const auto& end : endings) {
        Streaming open;
        auto waiting = std::async(std::launch::async, [&] {
            Handle buffer = nullptr;
            return open.fetch(buffer, gentl::kInfinite);
        });
        CHECK(waiting.wait_for(std::chrono::milliseconds(30)) == std::future_status::timeout);
        end(open);
        CHECK(waiting.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
        CHECK_EQ(waiting.get(), -1012);
    }
}

TEST(an_unregistered_event_can_be_registered_again) {
    Streaming open;
    OK(GCUnregisterEvent, open.stream, 1);
    CHECK_EQ(PRODUCER(EventKill)(open.event), -1006);
    CHECK_EQ(PRODUCER(GCUnregisterEvent)(open.stream, 1), -1014);
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.stream, 1, &open.event), 0);
}

TEST(a_timeout_is_kept) {
    Streaming open;
    Handle buffer = nullptr;
    const auto began = std::chrono::steady_clock::now();
    CHECK_EQ(open.fetch(buffer, 50), -1011);
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(took >= std::chrono::milliseconds(50));
    CHECK(took < std::chrono::seconds(2));
}

TEST(commands_are_as_patient_as_the_device_module_is_told) {
    Streaming open;
    CHECK_EQ(write_node(open.device, "LinkCommandTimeout", 999), -1019);
    CHECK_EQ(write_node(open.device, "LinkCommandRetryCount", 0), -1019);
    CHECK_EQ(write_node(open.device, "LinkCommandTimeout", 20'000), 0);
    CHECK_EQ(write_node(open.device, "LinkCommandRetryCount", 3), 0);
    CHECK_EQ(node(open.device, "LinkCommandTimeout"), 20'000);
    CHECK_EQ(node(open.device, "LinkCommandRetryCount"), 3);
    open.camera.set_silent(true);
    std::uint32_t word = 0;
    std::size_t size = sizeof word;
    const auto began = std::chrono::steady_clock::now();
    CHECK_EQ(PRODUCER(GCReadPort)(open.port, 0xA000, &word, &size), -1010);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds(1000));  // 60 ms, and not 1200
    CHECK(last_error_text().find("after 3 transmissions, 20 ms each") != std::string::npos);
}
