// A GenTL producer between genicam and the real one, which lets other Python threads run while the real one waits.
//
// genicam's binding holds the interpreter lock around every call. Where a call may wait for a camera, a frame or a thread, it
// is made here without the lock. All other calls are handed on as they are: giving the lock away costs as long as it takes
// to get it back, up to 5 ms beside a busy Python thread.
//
// It loads nothing and links to nothing: who loads it fills in where the real functions are, and Python's.
#include "gentl/gentl.hpp"

#include <atomic>
#include <mutex>
#include <set>

namespace vcxg::forwarder {

// One function of the real producer, in a list that the loading side walks through; 0 where the producer lacks it.
struct Slot {
    explicit Slot(const char* function);

    const char* name;
    void* target = nullptr;
    Slot* next;
};

// PyGILState_Check, PyEval_SaveThread, PyEval_RestoreThread; 0 outside of Python. The first becomes 0 when the interpreter ends:
// from then on no thread lets go of the lock.
struct Python {
    int (*holds_lock)();
    void* (*save_thread)();
    void (*restore_thread)(void*);
};

}  // namespace vcxg::forwarder

extern "C" {
__attribute__((visibility("default"))) vcxg::forwarder::Slot* vcxg_forwarder_slots = nullptr;
__attribute__((visibility("default"))) vcxg::forwarder::Python vcxg_forwarder_python{};
// Threads that let go of the lock and will want it back. Changed under the lock only.
__attribute__((visibility("default"))) std::atomic<int> vcxg_forwarder_unlocked{0};
}

namespace vcxg::forwarder {

Slot::Slot(const char* function) : name(function), next(vcxg_forwarder_slots) {
    vcxg_forwarder_slots = this;
}

namespace {

class Unlocked {
public:
    Unlocked() {
        if (!vcxg_forwarder_python.holds_lock || !vcxg_forwarder_python.holds_lock()) return;
        ++vcxg_forwarder_unlocked;
        state_ = vcxg_forwarder_python.save_thread();
    }
    ~Unlocked() {
        if (!state_) return;
        vcxg_forwarder_python.restore_thread(state_);
        --vcxg_forwarder_unlocked;
    }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;

private:
    void* state_ = nullptr;
};

// The ports that reach a camera over the network: reading those of the producer's own modules does not wait.
class RemotePorts {
public:
    void add(gentl::Handle port) {
        const std::scoped_lock lock(mutex_);
        ports_.insert(port);
    }
    bool contain(gentl::Handle port) {
        const std::scoped_lock lock(mutex_);
        return ports_.count(port) != 0;
    }

private:
    std::mutex mutex_;
    std::set<gentl::Handle> ports_;
} remote_ports;

template <class Function>
Function* target_of(const Slot& slot) {
    return reinterpret_cast<Function*>(slot.target);
}

}  // namespace
}  // namespace vcxg::forwarder

namespace vcxg::gentl {

using forwarder::Slot;
using forwarder::target_of;
using forwarder::Unlocked;

#define VCXG_PASSES(name, parameters, arguments)                     \
    namespace {                                                      \
    Slot slot_##name{#name};                                         \
    }                                                                \
    GC_API Status GC_CALL name parameters {                          \
        auto* const target = target_of<decltype(name)>(slot_##name); \
        return target ? target arguments : code::kNotImplemented;    \
    }

#define VCXG_WAITS_OR(missing, name, parameters, arguments)          \
    namespace {                                                      \
    Slot slot_##name{#name};                                         \
    }                                                                \
    GC_API Status GC_CALL name parameters {                          \
        auto* const target = target_of<decltype(name)>(slot_##name); \
        if (!target) return missing;                                 \
        const Unlocked unlocked;                                     \
        return target arguments;                                     \
    }

#define VCXG_WAITS(name, parameters, arguments) VCXG_WAITS_OR(code::kNotImplemented, name, parameters, arguments)
// Without a producer behind it there is nothing to end: a forked process that hears of an error instead, while genicam's modules
// are destroyed, closes them again and again until its stack is full.
#define VCXG_ENDS(name, parameters, arguments) VCXG_WAITS_OR(code::kSuccess, name, parameters, arguments)

namespace {
Slot slot_DevGetPort{"DevGetPort"};
Slot slot_GCReadPort{"GCReadPort"};
Slot slot_EventGetData{"EventGetData"};
}  // namespace

GC_API Status GC_CALL DevGetPort(Handle device, Handle* port) {
    auto* const target = target_of<decltype(DevGetPort)>(slot_DevGetPort);
    if (!target) return code::kNotImplemented;
    const Status status = target(device, port);
    if (status == code::kSuccess) forwarder::remote_ports.add(*port);
    return status;
}

GC_API Status GC_CALL GCReadPort(Handle port, std::uint64_t address, void* buffer, std::size_t* size) {
    auto* const target = target_of<decltype(GCReadPort)>(slot_GCReadPort);
    if (!target) return code::kNotImplemented;
    if (!forwarder::remote_ports.contain(port)) return target(port, address, buffer, size);
    const Unlocked unlocked;
    return target(port, address, buffer, size);
}

// What is there already is taken without giving the lock away, which may cost 5 ms beside a busy thread.
GC_API Status GC_CALL EventGetData(Handle event, void* buffer, std::size_t* size, std::uint64_t timeout_ms) {
    auto* const target = target_of<decltype(EventGetData)>(slot_EventGetData);
    if (!target) return code::kNotImplemented;
    const std::size_t room = size ? *size : 0;
    const Status status = target(event, buffer, size, 0);
    if (status != code::kTimeout || timeout_ms == 0) return status;
    if (size) *size = room;
    const Unlocked unlocked;
    return target(event, buffer, size, timeout_ms);
}

VCXG_WAITS(GCInitLib, (), ())
VCXG_ENDS(GCCloseLib, (), ())
VCXG_PASSES(GCGetInfo, (Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (command, type, buffer, size))
VCXG_PASSES(GCGetLastError, (Status * error, char* text, std::size_t* size), (error, text, size))
VCXG_WAITS(GCWritePort, (Handle port, std::uint64_t address, const void* buffer, std::size_t* size),
           (port, address, buffer, size))
VCXG_WAITS(GCReadPortStacked, (Handle port, PortEntry* entries, std::size_t* count), (port, entries, count))
VCXG_WAITS(GCWritePortStacked, (Handle port, PortEntry* entries, std::size_t* count), (port, entries, count))
VCXG_WAITS(GCGetPortURL, (Handle port, char* url, std::size_t* size), (port, url, size))
VCXG_PASSES(GCGetNumPortURLs, (Handle port, std::uint32_t* count), (port, count))
VCXG_WAITS(GCGetPortURLInfo,
           (Handle port, std::uint32_t index, Command command, std::int32_t* type, void* buffer, std::size_t* size),
           (port, index, command, type, buffer, size))
VCXG_PASSES(GCGetPortInfo, (Handle port, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (port, command, type, buffer, size))
VCXG_WAITS(GCRegisterEvent, (Handle module, std::int32_t type, Handle* event), (module, type, event))
VCXG_ENDS(GCUnregisterEvent, (Handle module, std::int32_t type), (module, type))
VCXG_PASSES(EventGetDataInfo,
            (Handle event, const void* data, std::size_t data_size, Command command, std::int32_t* type, void* buffer,
             std::size_t* size),
            (event, data, data_size, command, type, buffer, size))
VCXG_PASSES(EventGetInfo, (Handle event, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (event, command, type, buffer, size))
VCXG_PASSES(EventFlush, (Handle event), (event))
VCXG_PASSES(EventKill, (Handle event), (event))
VCXG_WAITS(TLOpen, (Handle * system), (system))
VCXG_ENDS(TLClose, (Handle system), (system))
VCXG_PASSES(TLGetInfo, (Handle system, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (system, command, type, buffer, size))
VCXG_PASSES(TLGetNumInterfaces, (Handle system, std::uint32_t* count), (system, count))
VCXG_PASSES(TLGetInterfaceID, (Handle system, std::uint32_t index, char* id, std::size_t* size),
            (system, index, id, size))
VCXG_PASSES(TLGetInterfaceInfo,
            (Handle system, const char* id, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (system, id, command, type, buffer, size))
VCXG_WAITS(TLOpenInterface, (Handle system, const char* id, Handle* interface), (system, id, interface))
VCXG_WAITS(TLUpdateInterfaceList, (Handle system, Bool8* changed, std::uint64_t timeout_ms),
           (system, changed, timeout_ms))
VCXG_ENDS(IFClose, (Handle interface), (interface))
VCXG_PASSES(IFGetInfo, (Handle interface, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (interface, command, type, buffer, size))
VCXG_PASSES(IFGetNumDevices, (Handle interface, std::uint32_t* count), (interface, count))
VCXG_PASSES(IFGetDeviceID, (Handle interface, std::uint32_t index, char* id, std::size_t* size),
            (interface, index, id, size))
VCXG_WAITS(IFUpdateDeviceList, (Handle interface, Bool8* changed, std::uint64_t timeout_ms),
           (interface, changed, timeout_ms))
VCXG_WAITS(IFGetDeviceInfo,
           (Handle interface, const char* id, Command command, std::int32_t* type, void* buffer, std::size_t* size),
           (interface, id, command, type, buffer, size))
VCXG_WAITS(IFOpenDevice, (Handle interface, const char* id, std::int32_t access, Handle* device),
           (interface, id, access, device))
VCXG_PASSES(IFGetParentTL, (Handle interface, Handle* system), (interface, system))
VCXG_PASSES(DevGetNumDataStreams, (Handle device, std::uint32_t* count), (device, count))
VCXG_PASSES(DevGetDataStreamID, (Handle device, std::uint32_t index, char* id, std::size_t* size),
            (device, index, id, size))
VCXG_WAITS(DevOpenDataStream, (Handle device, const char* id, Handle* stream), (device, id, stream))
VCXG_PASSES(DevGetInfo, (Handle device, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (device, command, type, buffer, size))
VCXG_ENDS(DevClose, (Handle device), (device))
VCXG_PASSES(DevGetParentIF, (Handle device, Handle* interface), (device, interface))
VCXG_PASSES(DSAnnounceBuffer, (Handle stream, void* memory, std::size_t size, void* user_pointer, Handle* buffer),
            (stream, memory, size, user_pointer, buffer))
VCXG_PASSES(DSAllocAndAnnounceBuffer, (Handle stream, std::size_t size, void* user_pointer, Handle* buffer),
            (stream, size, user_pointer, buffer))
VCXG_PASSES(DSAnnounceCompositeBuffer,
            (Handle stream, std::size_t count, void** segments, std::size_t* sizes, void* user_pointer, Handle* buffer),
            (stream, count, segments, sizes, user_pointer, buffer))
VCXG_ENDS(DSFlushQueue, (Handle stream, std::int32_t operation), (stream, operation))
VCXG_WAITS(DSStartAcquisition, (Handle stream, std::int32_t flags, std::uint64_t frames), (stream, flags, frames))
VCXG_ENDS(DSStopAcquisition, (Handle stream, std::int32_t flags), (stream, flags))
VCXG_PASSES(DSGetInfo, (Handle stream, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (stream, command, type, buffer, size))
VCXG_PASSES(DSGetBufferID, (Handle stream, std::uint32_t index, Handle* buffer), (stream, index, buffer))
VCXG_ENDS(DSClose, (Handle stream), (stream))
VCXG_PASSES(DSRevokeBuffer, (Handle stream, Handle buffer, void** memory, void** user_pointer),
            (stream, buffer, memory, user_pointer))
VCXG_PASSES(DSQueueBuffer, (Handle stream, Handle buffer), (stream, buffer))
VCXG_PASSES(DSGetBufferInfo,
            (Handle stream, Handle buffer_handle, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (stream, buffer_handle, command, type, buffer, size))
VCXG_PASSES(DSGetBufferInfoStacked, (Handle stream, Handle buffer, BufferInfoEntry* entries, std::size_t count),
            (stream, buffer, entries, count))
VCXG_PASSES(DSGetBufferChunkData, (Handle stream, Handle buffer, Chunk* chunks, std::size_t* count),
            (stream, buffer, chunks, count))
VCXG_PASSES(DSGetParentDev, (Handle stream, Handle* device), (stream, device))
VCXG_PASSES(DSGetNumBufferParts, (Handle stream, Handle buffer, std::uint32_t* count), (stream, buffer, count))
VCXG_PASSES(DSGetBufferPartInfo,
            (Handle stream, Handle buffer_handle, std::uint32_t part, Command command, std::int32_t* type, void* buffer,
             std::size_t* size),
            (stream, buffer_handle, part, command, type, buffer, size))
VCXG_PASSES(DSGetBufferPartInfoStacked, (Handle stream, Handle buffer, PartInfoEntry* entries, std::size_t count),
            (stream, buffer, entries, count))
VCXG_PASSES(DSGetNumBufferSegments, (Handle stream, Handle buffer, std::uint32_t* count), (stream, buffer, count))
VCXG_PASSES(DSGetBufferSegmentInfo,
            (Handle stream, Handle buffer_handle, std::uint32_t segment, Command command, std::int32_t* type,
             void* buffer, std::size_t* size),
            (stream, buffer_handle, segment, command, type, buffer, size))
VCXG_PASSES(DSGetNumFlows, (Handle stream, std::uint32_t* count), (stream, count))
VCXG_PASSES(DSGetFlowInfo,
            (Handle stream, std::uint32_t flow, Command command, std::int32_t* type, void* buffer, std::size_t* size),
            (stream, flow, command, type, buffer, size))

}  // namespace vcxg::gentl
