// What most tests of the producer begin with: it is initialised, the loopback interface is open, and further if asked for.
#pragma once

#include <chrono>
#include <cstdlib>
#include <functional>

#include "fake_camera.hpp"
#include "gentl_producer.hpp"

namespace vcxg::testing {

namespace ti = gentl::tl_info;
namespace di = gentl::device_info;
namespace si = gentl::stream_info;
namespace bi = gentl::buffer_info;
namespace ei = gentl::event_info;
namespace code = gentl::code;

// The system and the loopback interface.
struct Session {
    Handle system = nullptr, loopback = nullptr;

    Session() {
        OK(GCInitLib);
        OK(TLOpen, &system);
        gentl::Bool8 changed = 0;
        OK(TLUpdateInterfaceList, system, &changed, 100);
        OK(TLOpenInterface, system, "lo_127.0.0.1", &loopback);
    }
    ~Session() { PRODUCER(GCCloseLib)(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Lists the devices, asking the camera by unicast, and finds its id by its serial number.
    [[nodiscard]] std::string find(const FakeCamera& camera) const {
        setenv("VCXG124M_DISCOVERY_ADDRESSES", camera.ip().c_str(), 1);
        gentl::Bool8 changed = 0;
        OK(IFUpdateDeviceList, loopback, &changed, 1000);
        std::uint32_t count = 0;
        OK(IFGetNumDevices, loopback, &count);
        for (std::uint32_t i = 0; i < count; ++i) {
            char id[256];
            std::size_t size = sizeof id;
            OK(IFGetDeviceID, loopback, i, id, &size);
            if (device_text(id, di::serial_number) == camera.serial()) return id;
        }
        throw std::runtime_error("the camera was not discovered");
    }
    [[nodiscard]] std::string device_text(const std::string& id, gentl::Command command) const {
        return text([&](auto... out) { return PRODUCER(IFGetDeviceInfo)(loopback, id.c_str(), command, out...); });
    }
    [[nodiscard]] std::int32_t access_status(const std::string& id) const {
        return value<std::int32_t>(
            [&](auto... out) { return PRODUCER(IFGetDeviceInfo)(loopback, id.c_str(), di::access_status, out...); });
    }
};

// A camera, open with control, its stream and the new-buffer event.
struct Streaming {
    FakeCamera camera{"S-" + std::to_string(getpid())};
    Session session;
    std::string id;
    Handle device = nullptr, port = nullptr, stream = nullptr, event = nullptr;

    explicit Streaming(std::int32_t access = gentl::open_flag::control) : id(session.find(camera)) {
        OK(IFOpenDevice, session.loopback, id.c_str(), access, &device);
        OK(DevGetPort, device, &port);
        OK(DevOpenDataStream, device, "Stream0", &stream);
        OK(GCRegisterEvent, stream, gentl::event_type::new_buffer, &event);
    }

    std::vector<Handle> announce(std::size_t count, std::size_t size, bool queue = true) {
        std::vector<Handle> buffers(count);
        for (auto& buffer : buffers) {
            OK(DSAllocAndAnnounceBuffer, stream, size, nullptr, &buffer);
            if (queue) OK(DSQueueBuffer, stream, buffer);
        }
        return buffers;
    }
    [[nodiscard]] Status fetch(Handle& buffer, std::uint64_t timeout_ms = 5000) const {
        gentl::NewBufferData data{};
        std::size_t size = sizeof data;
        const Status status = PRODUCER(EventGetData)(event, &data, &size, timeout_ms);
        buffer = data.buffer;
        return status;
    }
    [[nodiscard]] Handle fetch() const {
        Handle buffer = nullptr;
        expect_success(fetch(buffer), "EventGetData");
        return buffer;
    }
    [[nodiscard]] std::size_t in_queue() const {
        return value<std::size_t>([&](auto... out) { return PRODUCER(EventGetInfo)(event, ei::in_queue, out...); });
    }
};

inline bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

inline Block image_block(unsigned id, std::size_t size = 64 * 32) {
    Block block;
    block.id = id;
    block.timestamp = 125'000'000ull * id + 3;  // id seconds and 24 ns
    block.payload.resize(size);
    for (std::size_t i = 0; i < size; ++i) block.payload[i] = static_cast<std::uint8_t>(i * 7 + id);
    return block;
}

}  // namespace vcxg::testing
