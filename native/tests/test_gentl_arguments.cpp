// Every entry point with handles and pointers that no consumer should pass: a code, never a crash.
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

struct Call {
    std::string name;
    std::string kind;  // of the handle that is asked for
    std::function<Status(Handle)> with;
};

char g_text[1024];
std::size_t g_size;
std::int32_t g_type;
std::uint32_t g_count;
std::uint8_t g_changed;
Handle g_handle;
std::uint8_t g_data[1024];

std::size_t* size_of_data() {
    g_size = sizeof g_data;
    return &g_size;
}

#define CALL(kind, name, ...)                                             \
    Call {                                                                \
#name, kind, [](Handle h) { return PRODUCER(name)(__VA_ARGS__); } \
    }

// All functions that take a module; arguments are sane apart from the handle.
const std::vector<Call>& calls() {
    static const std::vector<Call> all{
        CALL("port", GCReadPort, h, 0x1000, g_data, size_of_data()),
        CALL("port", GCWritePort, h, 0x1000, g_data, size_of_data()),
        CALL("port", GCReadPortStacked, h, reinterpret_cast<gentl::PortEntry*>(g_data), &(g_size = 0)),
        CALL("port", GCWritePortStacked, h, reinterpret_cast<gentl::PortEntry*>(g_data), &(g_size = 0)),
        CALL("port", GCGetPortURL, h, g_text, size_of_data()),
        CALL("port", GCGetNumPortURLs, h, &g_count),
        CALL("port", GCGetPortURLInfo, h, 0, 0, &g_type, g_data, size_of_data()),
        CALL("port", GCGetPortInfo, h, 0, &g_type, g_data, size_of_data()),
        CALL("module", GCRegisterEvent, h, 1, &g_handle),
        CALL("module", GCUnregisterEvent, h, 1),
        CALL("event", EventGetData, h, g_data, size_of_data(), 0),
        CALL("event", EventGetDataInfo, h, g_data, 16, 0, &g_type, g_data + 16, size_of_data()),
        CALL("event", EventGetInfo, h, 1, &g_type, g_data, size_of_data()),
        CALL("event", EventFlush, h),
        CALL("event", EventKill, h),
        CALL("system", TLClose, h),
        CALL("system", TLGetInfo, h, 0, &g_type, g_data, size_of_data()),
        CALL("system", TLGetNumInterfaces, h, &g_count),
        CALL("system", TLGetInterfaceID, h, 0, g_text, size_of_data()),
        CALL("system", TLGetInterfaceInfo, h, "lo_127.0.0.1", 0, &g_type, g_data, size_of_data()),
        CALL("system", TLOpenInterface, h, "lo_127.0.0.1", &g_handle),
        CALL("system", TLUpdateInterfaceList, h, &g_changed, 0),
        CALL("interface", IFClose, h),
        CALL("interface", IFGetInfo, h, 0, &g_type, g_data, size_of_data()),
        CALL("interface", IFGetNumDevices, h, &g_count),
        CALL("interface", IFGetDeviceID, h, 0, g_text, size_of_data()),
        CALL("interface", IFUpdateDeviceList, h, &g_changed, 0),
        CALL("interface", IFGetDeviceInfo, h, "nobody", 0, &g_type, g_data, size_of_data()),
        CALL("interface", IFOpenDevice, h, "nobody", 3, &g_handle),
        CALL("interface", IFGetParentTL, h, &g_handle),
        CALL("device", DevGetPort, h, &g_handle),
        CALL("device", DevGetNumDataStreams, h, &g_count),
        CALL("device", DevGetDataStreamID, h, 0, g_text, size_of_data()),
        CALL("device", DevOpenDataStream, h, "Stream0", &g_handle),
        CALL("device", DevGetInfo, h, 0, &g_type, g_data, size_of_data()),
        CALL("device", DevClose, h),
        CALL("device", DevGetParentIF, h, &g_handle),
        CALL("stream", DSAnnounceBuffer, h, g_data, sizeof g_data, nullptr, &g_handle),
        CALL("stream", DSAllocAndAnnounceBuffer, h, 100, nullptr, &g_handle),
        CALL("stream", DSAnnounceCompositeBuffer, h, 0, nullptr, nullptr, nullptr, &g_handle),
        CALL("stream", DSFlushQueue, h, 4),
        CALL("stream", DSStartAcquisition, h, 0, 1),
        CALL("stream", DSStopAcquisition, h, 1),
        CALL("stream", DSGetInfo, h, 0, &g_type, g_data, size_of_data()),
        CALL("stream", DSGetBufferID, h, 0, &g_handle),
        CALL("stream", DSClose, h),
        CALL("stream", DSRevokeBuffer, h, nullptr, nullptr, nullptr),
        CALL("stream", DSQueueBuffer, h, nullptr),
        CALL("stream", DSGetBufferInfo, h, nullptr, 0, &g_type, g_data, size_of_data()),
        CALL("stream", DSGetBufferInfoStacked, h, nullptr, nullptr, 0),
        CALL("stream", DSGetBufferChunkData, h, nullptr, nullptr, &g_size),
        CALL("stream", DSGetParentDev, h, &g_handle),
        CALL("stream", DSGetNumBufferParts, h, nullptr, &g_count),
        CALL("stream", DSGetBufferPartInfo, h, nullptr, 0, 0, &g_type, g_data, size_of_data()),
        CALL("stream", DSGetBufferPartInfoStacked, h, nullptr, nullptr, 0),
        CALL("stream", DSGetNumBufferSegments, h, nullptr, &g_count),
        CALL("stream", DSGetBufferSegmentInfo, h, nullptr, 0, 0, &g_type, g_data, size_of_data()),
        CALL("stream", DSGetNumFlows, h, &g_count),
        CALL("stream", DSGetFlowInfo, h, 0, 0, &g_type, g_data, size_of_data()),
    };
    return all;
}

void expect(const Call& call, const char* handle_name, Status status, Status expected) {
    if (status != expected) {
        vcxg::check::report(call.name.c_str(), 0,
                            std::string("with ") + handle_name + ": " + std::to_string(status) + ", expected " +
                                std::to_string(expected));
    }
}

}  // namespace

TEST(the_tests_call_every_function_that_is_exported) {
    std::ifstream map(std::string(VCXG_GOLDEN_DIR) + "/../../native/gentl/exports.map");
    std::set<std::string> exported, called{"GCInitLib", "GCCloseLib", "GCGetInfo", "GCGetLastError", "TLOpen"};
    for (std::string line; std::getline(map, line);) {
        const std::size_t end = line.find(';');
        const std::size_t begin = line.find_first_not_of(' ');
        if (end != std::string::npos && std::isupper(static_cast<unsigned char>(line[begin])) != 0) {
            exported.insert(line.substr(begin, end - begin));
        }
    }
    for (const auto& call : calls()) called.insert(call.name);
    CHECK_EQ(exported.size(), std::size_t{64});
    CHECK(exported == called);
    for (const auto& name : exported) CHECK(dlsym(producer_library(), name.c_str()) != nullptr);
}

TEST(every_function_needs_the_library_to_be_initialised) {
    for (const auto& call : calls()) expect(call, "no library", call.with(nullptr), -1002);
    CHECK_EQ(PRODUCER(TLOpen)(&g_handle), -1002);
    CHECK_EQ(PRODUCER(GCCloseLib)(), -1002);
}

TEST(identity_is_told_before_the_library_is_initialised) {
    CHECK_EQ(text([](auto... out) { return PRODUCER(GCGetInfo)(ti::tl_type, out...); }), std::string("GEV"));
}

TEST(a_null_foreign_stale_or_wrong_handle_is_an_invalid_handle) {
    Streaming open;
    const auto buffers = open.announce(1, 4096);
    Handle stale = nullptr;
    OK(DSAllocAndAnnounceBuffer, open.stream, 10, nullptr, &stale);
    OK(DSRevokeBuffer, open.stream, stale, nullptr, nullptr);
    int local = 0;
    const std::vector<std::tuple<const char*, std::string, Handle>> handles{
        {"NULL", "", nullptr},
        {"a stale handle", "", stale},
        {"a pointer of the consumer's", "", &local},
        {"an invented number", "", reinterpret_cast<Handle>(0xE700000001000099)},
        {"the system", "system", open.session.system},
        {"the interface", "interface", open.session.loopback},
        {"the device", "device", open.device},
        {"the camera's port", "remote", open.port},
        {"the stream", "stream", open.stream},
        {"a buffer", "buffer", buffers[0]},
        {"the event", "event", open.event},
    };
    for (const auto& [name, kind, handle] : handles) {
        for (const auto& call : calls()) {
            const bool is_port = kind != "" && kind != "event";
            if (call.kind == kind || (call.kind == "port" && is_port)) continue;
            if (call.kind == "module" && kind != "" && kind != "event") continue;  // refused as not offered, see below
            expect(call, name, call.with(handle), -1006);
        }
    }
}

TEST(handles_of_an_earlier_session_are_invalid) {
    std::vector<std::pair<std::string, Handle>> before;
    {
        Streaming open;
        before = {{"system", open.session.system},
                  {"interface", open.session.loopback},
                  {"device", open.device},
                  {"port", open.port},
                  {"stream", open.stream},
                  {"event", open.event},
                  {"buffer", open.announce(1, 4096)[0]}};
    }
    Streaming again;
    again.announce(1, 4096);
    for (const auto& [name, handle] : before) {
        for (const auto& call : calls()) expect(call, name.c_str(), call.with(handle), -1006);
    }
}

// What a consumer may do while another of its threads closes everything: codes, no crash, no wait without end. The sanitizers
// watch over the memory.
TEST(calls_that_race_with_closing_end_with_a_code) {
    for (int round = 0; round < 5; ++round) {
        Streaming open;
        open.announce(4, 4096);
        OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
        const Handle buffer = [&] {
            Handle first = nullptr;
            OK(DSGetBufferID, open.stream, 0, &first);
            return first;
        }();
        std::atomic<bool> closed = false;
        std::atomic<int> odd = 0;
        const auto hammer = [&](auto&& call) {
            return std::thread([&, call] {
                while (!closed) {
                    const Status status = call();
                    const bool fine = status == 0 || (status <= -1002 && status >= -1022);
                    if (!fine) ++odd;
                }
            });
        };
        std::vector<std::thread> threads;
        threads.push_back(hammer([&] {
            gentl::NewBufferData data{};
            std::size_t size = sizeof data;
            const Status status = PRODUCER(EventGetData)(open.event, &data, &size, 20);
            if (status == 0) PRODUCER(DSQueueBuffer)(open.stream, data.buffer);
            return status;
        }));
        threads.push_back(hammer([&] {
            std::uint32_t word = 0;
            std::size_t size = sizeof word;
            return PRODUCER(GCReadPort)(open.port, 0xA000, &word, &size);
        }));
        threads.push_back(hammer([&] {
            std::size_t value = 0, size = sizeof value;
            PRODUCER(DSGetInfo)(open.stream, si::await_delivery, nullptr, &value, &size);
            return PRODUCER(DSGetBufferInfo)(open.stream, buffer, bi::size_filled, nullptr, &value, &size);
        }));
        threads.push_back(hammer([&] {
            std::vector<char> xml(100);
            std::size_t size = xml.size();
            PRODUCER(GCReadPort)(buffer, 0x100000, xml.data(), &size);
            return PRODUCER(GCReadPort)(open.stream, 0x100000, xml.data(), &size);
        }));
        for (unsigned id = 1; id <= 10; ++id) open.camera.send(image_block(id));
        const Handle victims[] = {open.stream, open.device, open.session.loopback, open.session.system, nullptr};
        switch (round) {
            case 0:
                OK(DSClose, victims[0]);
                break;
            case 1:
                OK(DevClose, victims[1]);
                break;
            case 2:
                OK(IFClose, victims[2]);
                break;
            case 3:
                OK(TLClose, victims[3]);
                break;
            default:
                OK(GCCloseLib);
        }
        std::uint64_t value = 0;
        std::size_t size = sizeof value;
        const Status after = PRODUCER(DSGetInfo)(open.stream, si::announced, nullptr, &value, &size);
        CHECK_EQ(after, round == 4 ? -1002 : -1006);
        closed = true;
        for (auto& thread : threads) thread.join();
        CHECK_EQ(odd.load(), 0);
    }
}

TEST(an_unknown_info_command_is_not_implemented) {
    Streaming open;
    const Handle buffer = open.announce(1, 4096, false)[0];
    for (const gentl::Command command : {-1, 99, 1999, 0x7FFFFFFF}) {
        CHECK_EQ(PRODUCER(GCGetInfo)(command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(TLGetInfo)(open.session.system, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(
            PRODUCER(TLGetInterfaceInfo)(open.session.system, "lo_127.0.0.1", command, &g_type, g_data, size_of_data()),
            -1003);
        CHECK_EQ(PRODUCER(IFGetInfo)(open.session.loopback, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(
            PRODUCER(IFGetDeviceInfo)(open.session.loopback, open.id.c_str(), command, &g_type, g_data, size_of_data()),
            -1003);
        CHECK_EQ(PRODUCER(DevGetInfo)(open.device, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(DSGetInfo)(open.stream, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, buffer, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(GCGetPortInfo)(open.port, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(GCGetPortURLInfo)(open.stream, 0, command, &g_type, g_data, size_of_data()), -1003);
        CHECK_EQ(PRODUCER(EventGetInfo)(open.event, command, &g_type, g_data, size_of_data()), -1003);
    }
}

TEST(a_buffer_of_another_kind_or_revoked_is_an_invalid_handle) {
    Streaming open;
    Handle stale = nullptr;
    OK(DSAllocAndAnnounceBuffer, open.stream, 10, nullptr, &stale);
    OK(DSRevokeBuffer, open.stream, stale, nullptr, nullptr);
    for (Handle bad : {Handle{nullptr}, stale, open.stream, Handle{&g_data}}) {
        CHECK_EQ(PRODUCER(DSQueueBuffer)(open.stream, bad), -1006);
        CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, bad, nullptr, nullptr), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, bad, 0, &g_type, g_data, size_of_data()), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferChunkData)(open.stream, bad, nullptr, &g_size), -1006);
        CHECK_EQ(PRODUCER(DSGetNumBufferParts)(open.stream, bad, &g_count), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferInfoStacked)(open.stream, bad, nullptr, 0), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferPartInfo)(open.stream, bad, 0, 0, &g_type, g_data, size_of_data()), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferPartInfoStacked)(open.stream, bad, nullptr, 0), -1006);
        CHECK_EQ(PRODUCER(DSGetNumBufferSegments)(open.stream, bad, &g_count), -1006);
        CHECK_EQ(PRODUCER(DSGetBufferSegmentInfo)(open.stream, bad, 0, 0, &g_type, g_data, size_of_data()), -1006);
    }
}

TEST(a_closed_handle_does_not_come_back_as_another_object) {
    Streaming open;
    Handle first = nullptr, second = nullptr;
    OK(DSAllocAndAnnounceBuffer, open.stream, 10, nullptr, &first);
    OK(DSRevokeBuffer, open.stream, first, nullptr, nullptr);
    OK(DSAllocAndAnnounceBuffer, open.stream, 10, nullptr, &second);
    CHECK(first != second);
    CHECK_EQ(PRODUCER(DSQueueBuffer)(open.stream, first), -1006);
    CHECK_EQ(PRODUCER(DSQueueBuffer)(open.stream, second), 0);
}

TEST(a_missing_out_pointer_is_an_invalid_parameter) {
    Streaming open;
    const auto buffers = open.announce(1, 4096, false);
    CHECK_EQ(PRODUCER(TLOpen)(nullptr), -1009);
    CHECK_EQ(PRODUCER(GCGetInfo)(0, nullptr, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(GCGetLastError)(nullptr, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(GCReadPort)(open.session.system, 0x1000, nullptr, size_of_data()), -1009);
    CHECK_EQ(PRODUCER(GCReadPort)(open.session.system, 0x1000, g_data, nullptr), -1009);
    CHECK_EQ(PRODUCER(GCReadPortStacked)(open.session.system, nullptr, &g_size), -1009);
    CHECK_EQ(PRODUCER(GCGetNumPortURLs)(open.session.system, nullptr), -1009);
    CHECK_EQ(PRODUCER(GCGetPortInfo)(open.port, 0, nullptr, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(TLGetNumInterfaces)(open.session.system, nullptr), -1009);
    CHECK_EQ(PRODUCER(TLGetInterfaceID)(open.session.system, 0, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(TLGetInterfaceInfo)(open.session.system, nullptr, 0, nullptr, nullptr, &g_size), -1009);
    CHECK_EQ(PRODUCER(TLOpenInterface)(open.session.system, nullptr, &g_handle), -1009);
    CHECK_EQ(PRODUCER(TLOpenInterface)(open.session.system, "lo_127.0.0.1", nullptr), -1009);
    CHECK_EQ(PRODUCER(IFGetNumDevices)(open.session.loopback, nullptr), -1009);
    CHECK_EQ(PRODUCER(IFGetDeviceInfo)(open.session.loopback, nullptr, 0, nullptr, nullptr, &g_size), -1009);
    CHECK_EQ(PRODUCER(IFOpenDevice)(open.session.loopback, nullptr, 3, &g_handle), -1009);
    CHECK_EQ(PRODUCER(IFOpenDevice)(open.session.loopback, open.id.c_str(), 3, nullptr), -1009);
    CHECK_EQ(PRODUCER(IFOpenDevice)(open.session.loopback, open.id.c_str(), 1, &g_handle), -1009);
    CHECK_EQ(PRODUCER(IFGetParentTL)(open.session.loopback, nullptr), -1009);
    CHECK_EQ(PRODUCER(DevGetPort)(open.device, nullptr), -1009);
    CHECK_EQ(PRODUCER(DevGetNumDataStreams)(open.device, nullptr), -1009);
    CHECK_EQ(PRODUCER(DevOpenDataStream)(open.device, nullptr, &g_handle), -1009);
    CHECK_EQ(PRODUCER(DevGetParentIF)(open.device, nullptr), -1009);
    CHECK_EQ(PRODUCER(DSAnnounceBuffer)(open.stream, nullptr, 100, nullptr, &g_handle), -1009);
    CHECK_EQ(PRODUCER(DSAnnounceBuffer)(open.stream, g_data, 0, nullptr, &g_handle), -1009);
    CHECK_EQ(PRODUCER(DSAnnounceBuffer)(open.stream, g_data, sizeof g_data, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(DSFlushQueue)(open.stream, 5), -1009);
    CHECK_EQ(PRODUCER(DSStartAcquisition)(open.stream, 7, 1), -1009);
    CHECK_EQ(PRODUCER(DSStartAcquisition)(open.stream, 0, 0), -1009);
    CHECK_EQ(PRODUCER(DSStopAcquisition)(open.stream, 2), -1009);
    CHECK_EQ(PRODUCER(DSGetBufferID)(open.stream, 0, nullptr), -1009);
    CHECK_EQ(PRODUCER(DSGetBufferInfo)(open.stream, buffers[0], 0, nullptr, nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(DSGetBufferInfoStacked)(open.stream, buffers[0], nullptr, 3), -1009);
    CHECK_EQ(PRODUCER(DSGetBufferChunkData)(open.stream, buffers[0], nullptr, nullptr), -1009);
    CHECK_EQ(PRODUCER(DSGetParentDev)(open.stream, nullptr), -1009);
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.stream, 99, &g_handle), -1009);
    CHECK_EQ(PRODUCER(EventGetData)(open.event, nullptr, size_of_data(), 0), -1009);
    CHECK_EQ(PRODUCER(EventGetData)(open.event, g_data, nullptr, 0), -1009);
    CHECK_EQ(PRODUCER(EventGetDataInfo)(open.event, nullptr, 16, 0, nullptr, g_data, size_of_data()), -1009);
    CHECK_EQ(PRODUCER(EventGetDataInfo)(open.event, g_data, 8, 0, nullptr, g_data, size_of_data()), -1009);
}

TEST(an_index_or_name_that_is_not_on_the_list_is_refused) {
    Streaming open;
    CHECK_EQ(PRODUCER(TLGetInterfaceID)(open.session.system, 999, g_text, size_of_data()), -1017);
    CHECK_EQ(PRODUCER(IFGetDeviceID)(open.session.loopback, 999, g_text, size_of_data()), -1017);
    CHECK_EQ(PRODUCER(DevGetDataStreamID)(open.device, 1, g_text, size_of_data()), -1017);
    CHECK_EQ(PRODUCER(DSGetBufferID)(open.stream, 0, &g_handle), -1017);
    CHECK_EQ(PRODUCER(GCGetPortURLInfo)(open.port, 1, 0, &g_type, g_data, size_of_data()), -1017);
    CHECK_EQ(PRODUCER(TLOpenInterface)(open.session.system, "eth99", &g_handle), -1007);
    CHECK_EQ(PRODUCER(IFOpenDevice)(open.session.loopback, "nobody", 3, &g_handle), -1007);
    CHECK_EQ(PRODUCER(IFGetDeviceInfo)(open.session.loopback, "nobody", 0, &g_type, g_data, size_of_data()), -1007);
    CHECK_EQ(PRODUCER(DevOpenDataStream)(open.device, "Stream1", &g_handle), -1007);
}

TEST(what_is_not_supported_says_so_with_a_text) {
    Streaming open;
    const auto buffers = open.announce(1, 4096, false);
    CHECK_EQ(PRODUCER(DSGetNumFlows)(open.stream, &g_count), -1003);
    CHECK(last_error_text().starts_with("DSGetNumFlows: "));
    CHECK_EQ(PRODUCER(DSGetFlowInfo)(open.stream, 0, 0, &g_type, g_data, size_of_data()), -1003);
    CHECK_EQ(PRODUCER(DSAnnounceCompositeBuffer)(open.stream, 0, nullptr, nullptr, nullptr, &g_handle), -1003);
    CHECK_EQ(PRODUCER(DSGetNumBufferSegments)(open.stream, buffers[0], &g_count), -1003);
    CHECK_EQ(PRODUCER(DSGetBufferSegmentInfo)(open.stream, buffers[0], 0, 0, &g_type, g_data, size_of_data()), -1003);
    for (Handle module : {open.session.system, open.session.loopback}) {
        for (std::int32_t type : {0, 1, 2, 3, 4}) CHECK_EQ(PRODUCER(GCRegisterEvent)(module, type, &g_handle), -1003);
    }
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.device, 1, &g_handle), -1003);
    CHECK_EQ(PRODUCER(GCRegisterEvent)(open.device, 4, &g_handle), -1003);  // this camera has no message channel
    for (std::int32_t type : {0, 2, 3, 4, 5}) CHECK_EQ(PRODUCER(GCRegisterEvent)(open.stream, type, &g_handle), -1003);
    for (std::int32_t type : {0, 1, 2, 3, 4, 5}) CHECK_EQ(PRODUCER(GCRegisterEvent)(open.port, type, &g_handle), -1003);
    CHECK_EQ(PRODUCER(DSGetNumBufferParts)(open.stream, buffers[0], &g_count), -1008);
    CHECK_EQ(PRODUCER(DSGetBufferPartInfo)(open.stream, buffers[0], 0, 0, &g_type, g_data, size_of_data()), -1008);
}

TEST(the_last_error_belongs_to_its_thread_and_is_always_terminated) {
    Session session;
    CHECK_EQ(PRODUCER(TLClose)(nullptr), -1006);
    std::thread other([] {
        Status status = 99;
        char message[32];
        std::size_t size = sizeof message;
        CHECK_EQ(PRODUCER(GCGetLastError)(&status, message, &size), 0);
        CHECK_EQ(status, 0);
        CHECK_EQ(std::string(message), std::string("No error"));
    });
    other.join();
    Status status = 0;
    std::size_t size = 0;
    CHECK_EQ(PRODUCER(GCGetLastError)(&status, nullptr, &size), 0);
    CHECK_EQ(status, -1006);
    std::string message(size, '?');
    CHECK_EQ(PRODUCER(GCGetLastError)(&status, message.data(), &size), 0);
    CHECK_EQ(message, std::string("TLClose: the handle is NULL") + '\0');
    size = 3;
    CHECK_EQ(PRODUCER(GCGetLastError)(&status, message.data(), &size), -1016);
    CHECK_EQ(size, message.size());
}
