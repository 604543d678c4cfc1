// The size-query protocol and the type of every info command, written down by number.
#include <functional>
#include <vector>

#include "check.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

using Ask = std::function<Status(gentl::Command, std::int32_t*, void*, std::size_t*)>;

constexpr std::int32_t kString = 1, kI32 = 5, kU32 = 6, kU64 = 8, kPtr = 10, kBool = 11, kSize = 12;

std::size_t width_of(std::int32_t type) {
    switch (type) {
        case kI32:
        case kU32:
            return 4;
        case kBool:
            return 1;
        default:
            return 8;
    }
}

void expect(bool good, const std::string& table, gentl::Command command, const char* what) {
    if (!good) vcxg::check::report(table.c_str(), command, what);
}

// types[i] is the type of command i; 0: it answers with the code `missing`.
void check_table(const std::string& table, const std::vector<std::int32_t>& types, Status missing, const Ask& ask) {
    for (gentl::Command command = 0; command < static_cast<gentl::Command>(types.size()); ++command) {
        const std::int32_t expected = types[static_cast<std::size_t>(command)];
        std::int32_t type = -1;
        std::size_t size = 0;
        const Status status = ask(command, &type, nullptr, &size);
        if (expected == 0) {
            expect(status == missing, table, command, "is expected to be missing");
            continue;
        }
        expect(status == 0, table, command, "does not tell its size");
        expect(type == expected, table, command, "has another type");
        expect(expected == kString ? size > 0 : size == width_of(expected), table, command, "has another size");

        std::vector<char> buffer(size + 8, '?');
        std::size_t given = size + 8;
        type = -1;
        expect(ask(command, &type, buffer.data(), &given) == 0, table, command, "fails with a larger buffer");
        expect(given == size && type == expected, table, command, "does not tell size and type with the value");
        expect(buffer[size] == '?', table, command, "writes behind its value");
        if (expected == kString) expect(buffer[size - 1] == '\0', table, command, "is not terminated");

        given = size - 1;
        buffer[0] = '?';
        expect(ask(command, nullptr, buffer.data(), &given) == -1016, table, command, "fits where it cannot");
        expect(given == size && buffer[0] == '?', table, command,
               "does not leave a short buffer alone and tell the size");
    }
    std::size_t size = 0;
    expect(ask(static_cast<gentl::Command>(types.size()) + 100, nullptr, nullptr, &size) == -1003, table, -1,
           "an unknown command is not -1003");
    expect(ask(1900, nullptr, nullptr, &size) == -1003, table, 1900, "an unknown custom command is not -1003");
}

const std::vector<std::int32_t> kTl{kString, kString, kString, kString, kString, kString,
                                    kString, kString, kI32,    kU32,    kU32};
const std::vector<std::int32_t> kInterface{kString, kString, kString};

}  // namespace

TEST(library_system_and_interface_tables) {
    Session session;
    check_table("GC", kTl, 0, [](auto command, auto... out) { return PRODUCER(GCGetInfo)(command, out...); });
    check_table("TL", kTl, 0,
                [&](auto command, auto... out) { return PRODUCER(TLGetInfo)(session.system, command, out...); });
    check_table("IF", kInterface, 0,
                [&](auto command, auto... out) { return PRODUCER(IFGetInfo)(session.loopback, command, out...); });
    check_table("TLGetInterfaceInfo", kInterface, 0, [&](auto command, auto... out) {
        return PRODUCER(TLGetInterfaceInfo)(session.system, "lo_127.0.0.1", command, out...);
    });
}

TEST(the_producer_tells_who_it_is) {
    const auto of = [](gentl::Command command) {
        return text([&](auto... out) { return PRODUCER(GCGetInfo)(command, out...); });
    };
    CHECK_EQ(of(ti::vendor), std::string("vcxg124m"));
    CHECK_EQ(of(ti::version), std::string(VCXG_VERSION));
    CHECK_EQ(of(ti::name), std::string("vcxg124m.cti"));
    CHECK_EQ(of(ti::path_name), std::string(VCXG_PRODUCER));
    CHECK_EQ(value<std::uint32_t>([](auto... out) { return PRODUCER(GCGetInfo)(9, out...); }), 1u);
    CHECK_EQ(value<std::uint32_t>([](auto... out) { return PRODUCER(GCGetInfo)(10, out...); }), 6u);
}

TEST(device_tables) {
    Streaming open;
    const std::vector<std::int32_t> listed{kString, kString, kString, kString, kString,
                                           kI32,    kString, kString, kString, 0};
    std::vector<std::int32_t> opened = listed;
    opened[9] = kU64;
    check_table("IFGetDeviceInfo", listed, -1014, [&](auto command, auto... out) {
        return PRODUCER(IFGetDeviceInfo)(open.session.loopback, open.id.c_str(), command, out...);
    });
    check_table("DevGetInfo", opened, 0,
                [&](auto command, auto... out) { return PRODUCER(DevGetInfo)(open.device, command, out...); });
    CHECK_EQ(open.session.device_text(open.id, 1), std::string("Tests"));
    CHECK_EQ(open.session.device_text(open.id, 2), std::string("FakeCamera"));
    CHECK_EQ(open.session.device_text(open.id, 3), std::string("GEV"));
    CHECK_EQ(open.session.device_text(open.id, 4), std::string("Tests FakeCamera (bench)"));
    CHECK_EQ(open.session.device_text(open.id, 6), std::string("bench"));
    CHECK_EQ(open.session.device_text(open.id, 8), std::string("1.2.3"));
    CHECK_EQ(value<std::uint64_t>([&](auto... out) { return PRODUCER(DevGetInfo)(open.device, 9, out...); }),
             125'000'000u);
}

TEST(stream_and_event_tables) {
    Streaming open;
    check_table("DSGetInfo",
                {kString, kU64, kU64, kSize, kSize, kSize, kU64, 0, kBool, kBool, kString, 0, kSize, kSize}, -1014,
                [&](auto command, auto... out) { return PRODUCER(DSGetInfo)(open.stream, command, out...); });
    check_table("EventGetInfo", {kI32, kSize, kU64, kSize, kSize}, 0,
                [&](auto command, auto... out) { return PRODUCER(EventGetInfo)(open.event, command, out...); });
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::alignment), std::size_t{1});
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::announce_min), std::size_t{1});
    CHECK_EQ(stream_value<gentl::Bool8>(open.stream, si::defines_payload_size), 0);
    CHECK_EQ(value<std::size_t>([&](auto... out) { return PRODUCER(EventGetInfo)(open.event, 3, out...); }),
             std::size_t{16});
}

TEST(port_and_url_tables) {
    Streaming open;
    const std::vector<std::int32_t> port{kString, kString, kString, kString, kString, kBool,  kBool,
                                         kBool,   kBool,   kBool,   kBool,   kString, kString};
    const std::vector<std::int32_t> url{kString, kI32, kI32, 0, 0, 0, 0, kU64, kU64, kI32, kString};
    const struct {
        Handle handle;
        const char *module, *port;
    } modules[] = {{open.session.system, "TLSystem", "TLPort"},
                   {open.session.loopback, "TLInterface", "InterfacePort"},
                   {open.device, "TLDevice", "DevicePort"},
                   {open.stream, "TLDataStream", "StreamPort"},
                   {open.port, "Device", "Device"}};
    for (const auto& module : modules) {
        check_table(module.module, port, 0,
                    [&](auto command, auto... out) { return PRODUCER(GCGetPortInfo)(module.handle, command, out...); });
        check_table("URL", url, -1014, [&](auto command, auto... out) {
            return PRODUCER(GCGetPortURLInfo)(module.handle, 0, command, out...);
        });
        const auto of = [&](gentl::Command command) {
            return text([&](auto... out) { return PRODUCER(GCGetPortInfo)(module.handle, command, out...); });
        };
        CHECK_EQ(of(3), std::string("GEV"));
        CHECK_EQ(of(4), std::string(module.module));
        CHECK_EQ(of(12), std::string(module.port));
    }
}

TEST(buffer_table_of_an_image) {
    Streaming open;
    open.announce(1, 4096);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    open.camera.send(image_block(5));
    const Handle buffer = open.fetch();
    check_table("DSGetBufferInfo", {kPtr,  kSize, kPtr,  kU64,  kBool, kBool, kBool, kBool, kString, kSize, kSize,
                                    kSize, kSize, kSize, kSize, kSize, kU64,  kBool, kSize, kSize,   kU64,  kU64,
                                    kSize, 0,     0,     0,     kI32,  kSize, kU64,  kBool, kBool,   kBool},
                -1014, [&](auto command, auto... out) {
                    return PRODUCER(DSGetBufferInfo)(open.stream, buffer, command, out...);
                });
}

TEST(stacked_buffer_queries_answer_entry_by_entry) {
    Streaming open;
    const auto buffers = open.announce(1, 4096, false);
    std::size_t size = 0;
    std::uint8_t tiny = 0;
    gentl::BufferInfoEntry entries[] = {
        {bi::size, 0, &size, sizeof size, 1}, {bi::width, 0, &size, sizeof size, 1}, {bi::base, 0, &tiny, 1, 1}};
    CHECK_EQ(PRODUCER(DSGetBufferInfoStacked)(open.stream, buffers[0], entries, 3), 0);
    CHECK_EQ(Status{entries[0].result}, 0);
    CHECK_EQ(size, std::size_t{4096});
    CHECK_EQ(std::int32_t{entries[0].type}, kSize);
    CHECK_EQ(Status{entries[1].result}, -1008);
    CHECK_EQ(Status{entries[2].result}, -1016);
    CHECK_EQ(std::size_t{entries[2].size}, std::size_t{8});
}
