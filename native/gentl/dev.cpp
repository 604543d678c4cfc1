// Dev…: the device module.
#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<Device> device_of(Handle handle) {
    return registry().get<Device>(handle);
}

}  // namespace

GC_API Status GC_CALL DevGetPort(Handle device, Handle* port) {
    return guarded(__func__, [&] {
        const auto module = device_of(device);
        required(port, "the port handle pointer") = module->remote_device(module);
    });
}

GC_API Status GC_CALL DevGetNumDataStreams(Handle device, std::uint32_t* count) {
    return guarded(__func__, [&] {
        const auto module = device_of(device);
        required(count, "count") = static_cast<std::uint32_t>(module->stream_count());
    });
}

GC_API Status GC_CALL DevGetDataStreamID(Handle device, std::uint32_t index, char* id, std::size_t* size) {
    return guarded(__func__, [&] {
        if (index >= device_of(device)->stream_count()) {
            throw Error(code::kInvalidIndex, "data stream " + std::to_string(index) + " does not exist");
        }
        deliver_text(kStreamId, id, size);
    });
}

GC_API Status GC_CALL DevOpenDataStream(Handle device, const char* id, Handle* stream) {
    return guarded(__func__, [&] {
        const auto module = device_of(device);
        Handle& result = required(stream, "the stream handle pointer");
        if (module->stream_count() == 0 || std::string_view(&required(id, "id")) != kStreamId) {
            throw Error(code::kInvalidId, std::string("no data stream \"") + id + "\" on this device");
        }
        result = registry().add(std::make_shared<DataStream>(module), device);
    });
}

GC_API Status GC_CALL DevGetInfo(Handle device, Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] { device_of(device)->info(command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL DevClose(Handle device) {
    return guarded(__func__, [&] {
        (void)device_of(device);
        registry().close(device);
    });
}

GC_API Status GC_CALL DevGetParentIF(Handle device, Handle* interface) {
    return guarded(__func__, [&] {
        const auto module = device_of(device);
        required(interface, "the interface handle pointer") = module->interface()->handle();
    });
}

}  // namespace vcxg::gentl
