// TL…: the system module.
#include "gentl/network_interface.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<System> system_of(Handle handle) {
    return registry().get<System>(handle);
}

}  // namespace

GC_API Status GC_CALL TLOpen(Handle* system) {
    return guarded(__func__, [&] {
        Handle& result = required(system, "the system handle pointer");
        result = registry().add(std::make_shared<System>(), nullptr);
    });
}

GC_API Status GC_CALL TLClose(Handle system) {
    return guarded(__func__, [&] {
        (void)system_of(system);
        registry().close(system);
    });
}

GC_API Status GC_CALL TLGetInfo(Handle system, Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        (void)system_of(system);
        producer_info(command).deliver(type, buffer, size);
    });
}

GC_API Status GC_CALL TLGetNumInterfaces(Handle system, std::uint32_t* count) {
    return guarded(__func__, [&] {
        const auto module = system_of(system);
        required(count, "count") = static_cast<std::uint32_t>(module->interfaces().size());
    });
}

GC_API Status GC_CALL TLGetInterfaceID(Handle system, std::uint32_t index, char* id, std::size_t* size) {
    return guarded(__func__, [&] { deliver_text(interface_id(system_of(system)->interface(index)), id, size); });
}

GC_API Status GC_CALL TLGetInterfaceInfo(Handle system, const char* id, Command command, std::int32_t* type,
                                         void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto module = system_of(system);
        interface_info_of(module->interface(std::string(&required(id, "id"))), command).deliver(type, buffer, size);
    });
}

GC_API Status GC_CALL TLOpenInterface(Handle system, const char* id, Handle* interface) {
    return guarded(__func__, [&] {
        const auto module = system_of(system);
        Handle& result = required(interface, "the interface handle pointer");
        const net::Interface found = module->interface(std::string(&required(id, "id")));
        result = registry().add(std::make_shared<NetworkInterface>(module, found), system);
    });
}

GC_API Status GC_CALL TLUpdateInterfaceList(Handle system, Bool8* changed,
                                            std::uint64_t /*timeout_ms: it takes no time*/) {
    return guarded(__func__, [&] {
        const bool result = system_of(system)->update();
        if (changed != nullptr) *changed = Bool8{result};
    });
}

}  // namespace vcxg::gentl
