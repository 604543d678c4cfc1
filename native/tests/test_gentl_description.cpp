// The camera's XML: where it is, how much of it is believed, and what is not handed on to a consumer.
#include <functional>
#include <string>

#include "check.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
using vcxg::gentl::Handle;
using vcxg::gentl::Status;

namespace gentl = vcxg::gentl;

namespace {

// A zip file with stored members; what its headers say can be falsified.
struct Archive {
    std::string name = "a.xml";
    std::string content = "<RegisterDescription/>";
    unsigned method = 0, flags = 0, members = 1;
    unsigned unpacked = 22, packed = 22, local_unpacked = 22;
    unsigned directory_offset = 0;  // added to the true one
    std::string comment, padding;

    [[nodiscard]] std::string bytes() const {
        std::string file = le(0x04034B50, 4) + le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 8) + le(packed, 4) +
                           le(local_unpacked, 4) + le(name.size(), 2) + le(0, 2) + name + content;
        const std::size_t directory = file.size();
        for (unsigned i = 0; i < members; ++i) {
            file += le(0x02014B50, 4) + le(20, 2) + le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 8) +
                    le(packed, 4) + le(unpacked, 4) + le(name.size(), 2) + le(0, 8) + le(0, 4) + le(0, 4) + name;
        }
        const std::size_t size = file.size() - directory;
        return file + le(0x06054B50, 4) + le(0, 4) + le(members, 2) + le(members, 2) + le(size, 4) +
               le(directory + directory_offset, 4) + le(comment.size(), 2) + comment + padding;
    }

private:
    static std::string le(std::size_t value, int count) {
        std::string bytes;
        for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0));
        return bytes;
    }
};

// The camera's port with an XML of its own.
struct Described : Streaming {
    explicit Described(const std::string& name, const std::string& file) { camera.set_xml(name, file); }

    [[nodiscard]] Status urls() const {
        std::uint32_t count = 0;
        return PRODUCER(GCGetNumPortURLs)(port, &count);
    }
    [[nodiscard]] std::string read(std::uint64_t address, std::size_t size) const {
        std::string bytes(size, '?');
        OK(GCReadPort, port, address, bytes.data(), &size);
        return bytes;
    }
};

}  // namespace

TEST(an_archive_is_handed_on_as_it_was_looked_into) {
    const std::string file = Archive{}.bytes();
    Described open("camera.zip", file);
    CHECK_EQ(open.urls(), 0);
    open.camera.set_text(FakeCamera::kXmlAddress, file.size() / 4 * 4, std::string(file.size(), 'X'));
    CHECK(open.read(FakeCamera::kXmlAddress, file.size()) == file);
    CHECK(open.read(FakeCamera::kXmlAddress + 5, 10) == file.substr(5, 10));
    CHECK(open.read(0x48, 5) == "Tests");  // everything else is asked from the camera
}

TEST(an_archive_may_be_padded_to_whole_registers) {
    Archive archive;
    archive.padding.assign(3, '\0');
    CHECK_EQ(Described("Camera.ZIP", archive.bytes()).urls(), 0);
}

TEST(an_archive_that_a_consumer_must_not_unpack_is_refused_with_the_reason) {
    const std::pair<std::function<void(Archive&)>, const char*> cases[] = {
        {[](Archive& a) { a.unpacked = a.local_unpacked = 1 << 30; },
         "a member of 22 bytes unpacks to 1073741824; at most 200 times is allowed"},
        {[](Archive& a) {
             a.content.assign(90'000, ' ');
             a.packed = 90'000;
             a.unpacked = a.local_unpacked = 17'000'000;
         },
         "it unpacks to 17000000 bytes; 1 to 16777216 are allowed"},
        {[](Archive& a) { a.unpacked = a.local_unpacked = a.packed = 0; }, "it unpacks to 0 bytes"},
        {[](Archive& a) { a.members = 17; }, "it has 17 members; 1 to 16 are allowed"},
        {[](Archive& a) { a.members = 0; }, "it has 0 members"},
        {[](Archive& a) { a.name = "../a.xml"; }, "contains a path"},
        {[](Archive& a) { a.name = "C:\\a.xml"; }, "contains a path"},
        {[](Archive& a) { a.name.clear(); }, "has no name"},
        {[](Archive& a) { a.method = 12; }, "packed by method 12"},
        {[](Archive& a) { a.flags = 1; }, "encrypted"},
        {[](Archive& a) { a.local_unpacked = 23; }, "contradicts the directory"},
        {[](Archive& a) { a.packed = 1000; }, "member lies outside"},
        {[](Archive& a) { a.directory_offset = 1; }, "directory does not stand before its end"},
        {[](Archive& a) { a.comment = "hello"; }, "does not end as an archive does"},
        {[](Archive& a) { a.padding.assign(4, '\0'); }, "does not end as an archive does"},
    };
    for (const auto& [falsify, reason] : cases) {
        Archive archive;
        falsify(archive);
        const Described open("camera.zip", archive.bytes());
        CHECK_EQ(open.urls(), -1014);
        if (last_error_text().find(reason) == std::string::npos) {
            CHECK_EQ(last_error_text(), std::string(reason));
        }
    }
}

TEST(an_archive_of_more_than_4_mib_is_not_even_fetched) {
    Described open("camera.zip", "");
    open.camera.set_text(0x200, 512, "Local:camera.zip;10000;400001");
    CHECK_EQ(open.urls(), -1014);
    CHECK(last_error_text().find("an archive of 4194305 bytes; 4194304 are allowed") != std::string::npos);
}

TEST(the_second_url_is_taken_when_the_first_archive_is_refused) {
    Described open("camera.zip", "no archive");
    open.camera.set_text(0x400, 512, "Local:plain.xml;20000;10");
    CHECK_EQ(open.urls(), 0);
    const auto url = text([&](auto... out) { return PRODUCER(GCGetPortURLInfo)(open.port, 0, 0, out...); });
    CHECK(url.starts_with("local:plain.xml"));
}

TEST(a_camera_that_was_lost_is_closed_and_opened_anew) {
    setenv("VCXG124M_HEARTBEAT_TIMEOUT", "600", 1);
    Streaming open;
    const auto read_ccp = [&] {
        std::uint32_t value = 0;
        std::size_t size = sizeof value;
        return PRODUCER(GCReadPort)(open.port, 0x0A00, &value, &size);
    };
    CHECK_EQ(read_ccp(), 0);
    open.camera.set_silent(true);
    const auto begin = std::chrono::steady_clock::now();
    while (read_ccp() != -1010 || last_error_text().find("is lost") == std::string::npos) {
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    }
    OK(DevClose, open.device);
    open.camera.set_controller(0);  // its own heartbeat timeout, or a restart
    open.camera.set_silent(false);
    OK(IFOpenDevice, open.session.loopback, open.id.c_str(), gentl::open_flag::control, &open.device);
    OK(DevGetPort, open.device, &open.port);
    OK(DevOpenDataStream, open.device, "Stream0", &open.stream);
    CHECK_EQ(read_ccp(), 0);
    unsetenv("VCXG124M_HEARTBEAT_TIMEOUT");
}
