// IF…: the interface module.
#include <algorithm>

#include "gentl/device.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<NetworkInterface> interface_of(Handle handle) {
    return registry().get<NetworkInterface>(handle);
}

std::chrono::milliseconds discovery_time(std::uint64_t timeout_ms) {
    const std::uint64_t longest = kLongestUpdate.count();
    return std::max(kShortestUpdate, std::chrono::milliseconds(std::min(timeout_ms, longest)));
}

net::Access access_of(std::int32_t flag) {
    switch (flag) {
        case open_flag::read_only:
            return net::Access::read_only;
        case open_flag::control:
            return net::Access::control;
        case open_flag::exclusive:
            return net::Access::exclusive;
        default:
            throw Error(code::kInvalidParameter,
                        "no access flag " + std::to_string(flag) + " (2 read-only, 3 control, 4 exclusive)");
    }
}

}  // namespace

GC_API Status GC_CALL IFClose(Handle interface) {
    return guarded(__func__, [&] {
        (void)interface_of(interface);
        registry().close(interface);
    });
}

GC_API Status GC_CALL IFGetInfo(Handle interface, Command command, std::int32_t* type, void* buffer,
                                std::size_t* size) {
    return guarded(__func__,
                   [&] { interface_info_of(interface_of(interface)->address(), command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL IFGetNumDevices(Handle interface, std::uint32_t* count) {
    return guarded(__func__, [&] {
        const auto module = interface_of(interface);
        required(count, "count") = static_cast<std::uint32_t>(module->device_count());
    });
}

GC_API Status GC_CALL IFGetDeviceID(Handle interface, std::uint32_t index, char* id, std::size_t* size) {
    return guarded(__func__, [&] { deliver_text(interface_of(interface)->device(index).id, id, size); });
}

GC_API Status GC_CALL IFUpdateDeviceList(Handle interface, Bool8* changed, std::uint64_t timeout_ms) {
    return guarded(__func__, [&] {
        const bool result = interface_of(interface)->update(discovery_time(timeout_ms));
        if (changed != nullptr) *changed = Bool8{result};
    });
}

GC_API Status GC_CALL IFGetDeviceInfo(Handle interface, const char* id, Command command, std::int32_t* type,
                                      void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto module = interface_of(interface);
        module->device_info(std::string(&required(id, "id")), command).deliver(type, buffer, size);
    });
}

GC_API Status GC_CALL IFOpenDevice(Handle interface, const char* id, std::int32_t access, Handle* device) {
    return guarded(__func__, [&] {
        const auto module = interface_of(interface);
        Handle& result = required(device, "the device handle pointer");
        const ListedDevice found = module->device(std::string(&required(id, "id")));
        result = registry().add(std::make_shared<Device>(module, found, access_of(access)), interface);
    });
}

GC_API Status GC_CALL IFGetParentTL(Handle interface, Handle* system) {
    return guarded(__func__, [&] {
        const auto module = interface_of(interface);
        required(system, "the system handle pointer") = module->system()->handle();
    });
}

}  // namespace vcxg::gentl
