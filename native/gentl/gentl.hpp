// The GenTL 1.6 C interface as this producer exports it: numbers, structures, 64 functions. Our own declarations;
// nothing of the standard's header is in here. Enumerations travel as int32_t, so no C++ enum crosses the rim.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#define GC_API extern "C" __declspec(dllexport)
#define GC_CALL __stdcall
#else
#define GC_API extern "C" __attribute__((visibility("default")))
#define GC_CALL
#endif

namespace vcxg::gentl {

using Handle = void*;
using Status = std::int32_t;
using Command = std::int32_t;
using Bool8 = std::uint8_t;

inline constexpr std::uint64_t kInfinite = ~std::uint64_t{0};

namespace code {
inline constexpr Status kSuccess = 0;
inline constexpr Status kError = -1001;
inline constexpr Status kNotInitialized = -1002;
inline constexpr Status kNotImplemented = -1003;
inline constexpr Status kResourceInUse = -1004;
inline constexpr Status kAccessDenied = -1005;
inline constexpr Status kInvalidHandle = -1006;
inline constexpr Status kInvalidId = -1007;
inline constexpr Status kNoData = -1008;
inline constexpr Status kInvalidParameter = -1009;
inline constexpr Status kIo = -1010;
inline constexpr Status kTimeout = -1011;
inline constexpr Status kAbort = -1012;
inline constexpr Status kNotAvailable = -1014;
inline constexpr Status kInvalidAddress = -1015;
inline constexpr Status kBufferTooSmall = -1016;
inline constexpr Status kInvalidIndex = -1017;
inline constexpr Status kParsingChunkData = -1018;
inline constexpr Status kInvalidValue = -1019;
inline constexpr Status kOutOfMemory = -1021;
inline constexpr Status kBusy = -1022;
}  // namespace code

enum class DataType : std::int32_t {
    unknown = 0,
    string = 1,
    i32 = 5,
    u32 = 6,
    u64 = 8,
    pointer = 10,
    bool8 = 11,
    size = 12,
    bytes = 13
};

namespace tl_info {
enum : Command {
    id,
    vendor,
    model,
    version,
    tl_type,
    name,
    path_name,
    display_name,
    char_encoding,
    gentl_major,
    gentl_minor
};
}
namespace interface_info {
enum : Command { id, display_name, tl_type };
}
namespace device_info {
enum : Command {
    id,
    vendor,
    model,
    tl_type,
    display_name,
    access_status,
    user_defined_name,
    serial_number,
    version,
    timestamp_frequency
};
}
namespace stream_info {
enum : Command {
    id,
    delivered,
    underrun,
    announced,
    queued,
    await_delivery,
    started,
    payload_size,
    is_grabbing,
    defines_payload_size,
    tl_type,
    chunks_max,
    announce_min,
    alignment,
    flow_table,
    gendc_prefetch
};
}
namespace buffer_info {
enum : Command {
    base,
    size,
    user_pointer,
    timestamp,
    new_data,
    is_queued,
    is_acquiring,
    is_incomplete,
    tl_type,
    size_filled,
    width,
    height,
    x_offset,
    y_offset,
    x_padding,
    y_padding,
    frame_id,
    image_present,
    image_offset,
    payload_type,
    pixel_format,
    pixel_format_namespace,
    delivered_image_height,
    delivered_chunk_payload_size,
    chunk_layout_id,
    file_name,
    pixel_endianness,
    data_size,
    timestamp_ns,
    larger_than_buffer,
    contains_chunk_data,
    is_composite,
    // Of this producer; the standard leaves numbers from 1000 on to producers.
    missing_range_count = 1000,  // size: ranges of an incomplete frame that did not arrive
    missing_ranges,              // bytes: offset and size of each, two u64
    incomplete_cause,            // i32: gige::Flaw, 0 for a complete frame
    unpacked_base                // pointer: the unpack target that holds the image, the consumer's again; null: none
};
}
namespace port_info {
enum : Command {
    id,
    vendor,
    model,
    tl_type,
    module,
    little_endian,
    big_endian,
    access_read,
    access_write,
    access_na,
    access_ni,
    version,
    port_name
};
}
namespace url_info {
enum : Command {
    url,
    schema_major,
    schema_minor,
    file_major,
    file_minor,
    file_subminor,
    sha1,
    register_address,
    file_size,
    scheme,
    file_name
};
}
namespace event_info {
enum : Command {
    type,
    in_queue,
    fired,
    size_max,
    info_size_max,
    // Of this producer, for every event but new-buffer: how many were lost because the queue was full (u64), how many it
    // holds (size).
    lost = 1000,
    capacity,
    // Of this producer, for remote-device events (u64): commands of the device, repeated ones, datagrams of others, datagrams
    // that are no event; and the UDP port of this host (u32).
    message_commands,
    message_repeats,
    message_foreign,
    message_malformed,
    message_host_port
};
}
namespace event_data_info {
enum : Command { id, value, numeric_id };
}

namespace event_type {
enum : std::int32_t { error, new_buffer, feature_invalidate, feature_change, remote_device, module, count };
}
namespace open_flag {
enum : std::int32_t { unknown, none, read_only, control, exclusive };
}
namespace access_status {
enum : std::int32_t { unknown, read_write, read_only, no_access, busy, open_read_write, open_read_only };
}
namespace flush {
enum : std::int32_t { input_to_output, output_discard, all_to_input, unqueued_to_input, all_discard };
}
namespace stop_flag {
enum : std::int32_t { standard, kill };
}
namespace payload {
enum : std::size_t {
    unknown = 0,
    image = 1,
    raw_data = 2,
    file = 3,
    chunk_data = 4,  // never told: an image with chunks is an image
    jpeg = 5,
    jpeg2000 = 6,
    h264 = 7,
    chunk_only = 8,
    device_specific = 9,
    multi_part = 10,
    gendc = 11
};
}

#pragma pack(push, 1)
struct NewBufferData {
    Handle buffer;
    void* user_pointer;
};
struct PortEntry {
    std::uint64_t address;
    void* data;
    std::size_t size;
};
struct Chunk {
    std::uint64_t id;
    std::ptrdiff_t offset;
    std::size_t length;
};
struct BufferInfoEntry {
    Command command;
    std::int32_t type;
    void* data;
    std::size_t size;
    Status result;
};
struct PartInfoEntry {
    std::uint32_t part;
    Command command;
    Status result;
    std::int32_t type;
    void* data;
    std::size_t size;
};
#pragma pack(pop)
static_assert(sizeof(NewBufferData) == 16 && sizeof(PortEntry) == 24 && sizeof(Chunk) == 24);
static_assert(sizeof(BufferInfoEntry) == 28 && sizeof(PartInfoEntry) == 32, "GenTL structures have no padding");

// The rim: C linkage, one definition each in the file of its prefix.
GC_API Status GC_CALL GCInitLib();
GC_API Status GC_CALL GCCloseLib();
GC_API Status GC_CALL GCGetInfo(Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL GCGetLastError(Status* error, char* text, std::size_t* size);
GC_API Status GC_CALL GCReadPort(Handle port, std::uint64_t address, void* buffer, std::size_t* size);
GC_API Status GC_CALL GCWritePort(Handle port, std::uint64_t address, const void* buffer, std::size_t* size);
GC_API Status GC_CALL GCReadPortStacked(Handle port, PortEntry* entries, std::size_t* count);
GC_API Status GC_CALL GCWritePortStacked(Handle port, PortEntry* entries, std::size_t* count);
GC_API Status GC_CALL GCGetPortURL(Handle port, char* url, std::size_t* size);
GC_API Status GC_CALL GCGetNumPortURLs(Handle port, std::uint32_t* count);
GC_API Status GC_CALL GCGetPortURLInfo(Handle port, std::uint32_t index, Command command, std::int32_t* type,
                                       void* buffer, std::size_t* size);
GC_API Status GC_CALL GCGetPortInfo(Handle port, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL GCRegisterEvent(Handle module, std::int32_t type, Handle* event);
GC_API Status GC_CALL GCUnregisterEvent(Handle module, std::int32_t type);

GC_API Status GC_CALL EventGetData(Handle event, void* buffer, std::size_t* size, std::uint64_t timeout_ms);
GC_API Status GC_CALL EventGetDataInfo(Handle event, const void* data, std::size_t data_size, Command command,
                                       std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL EventGetInfo(Handle event, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL EventFlush(Handle event);
GC_API Status GC_CALL EventKill(Handle event);

GC_API Status GC_CALL TLOpen(Handle* system);
GC_API Status GC_CALL TLClose(Handle system);
GC_API Status GC_CALL TLGetInfo(Handle system, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL TLGetNumInterfaces(Handle system, std::uint32_t* count);
GC_API Status GC_CALL TLGetInterfaceID(Handle system, std::uint32_t index, char* id, std::size_t* size);
GC_API Status GC_CALL TLGetInterfaceInfo(Handle system, const char* id, Command command, std::int32_t* type,
                                         void* buffer, std::size_t* size);
GC_API Status GC_CALL TLOpenInterface(Handle system, const char* id, Handle* interface);
GC_API Status GC_CALL TLUpdateInterfaceList(Handle system, Bool8* changed, std::uint64_t timeout_ms);

GC_API Status GC_CALL IFClose(Handle interface);
GC_API Status GC_CALL IFGetInfo(Handle interface, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL IFGetNumDevices(Handle interface, std::uint32_t* count);
GC_API Status GC_CALL IFGetDeviceID(Handle interface, std::uint32_t index, char* id, std::size_t* size);
GC_API Status GC_CALL IFUpdateDeviceList(Handle interface, Bool8* changed, std::uint64_t timeout_ms);
GC_API Status GC_CALL IFGetDeviceInfo(Handle interface, const char* id, Command command, std::int32_t* type,
                                      void* buffer, std::size_t* size);
GC_API Status GC_CALL IFOpenDevice(Handle interface, const char* id, std::int32_t access, Handle* device);
GC_API Status GC_CALL IFGetParentTL(Handle interface, Handle* system);

GC_API Status GC_CALL DevGetPort(Handle device, Handle* port);
GC_API Status GC_CALL DevGetNumDataStreams(Handle device, std::uint32_t* count);
GC_API Status GC_CALL DevGetDataStreamID(Handle device, std::uint32_t index, char* id, std::size_t* size);
GC_API Status GC_CALL DevOpenDataStream(Handle device, const char* id, Handle* stream);
GC_API Status GC_CALL DevGetInfo(Handle device, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL DevClose(Handle device);
GC_API Status GC_CALL DevGetParentIF(Handle device, Handle* interface);

GC_API Status GC_CALL DSAnnounceBuffer(Handle stream, void* memory, std::size_t size, void* user_pointer,
                                       Handle* buffer);
GC_API Status GC_CALL DSAllocAndAnnounceBuffer(Handle stream, std::size_t size, void* user_pointer, Handle* buffer);
GC_API Status GC_CALL DSAnnounceCompositeBuffer(Handle stream, std::size_t count, void** segments, std::size_t* sizes,
                                                void* user_pointer, Handle* buffer);
GC_API Status GC_CALL DSFlushQueue(Handle stream, std::int32_t operation);
GC_API Status GC_CALL DSStartAcquisition(Handle stream, std::int32_t flags, std::uint64_t frames);
GC_API Status GC_CALL DSStopAcquisition(Handle stream, std::int32_t flags);
GC_API Status GC_CALL DSGetInfo(Handle stream, Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL DSGetBufferID(Handle stream, std::uint32_t index, Handle* buffer);
GC_API Status GC_CALL DSClose(Handle stream);
GC_API Status GC_CALL DSRevokeBuffer(Handle stream, Handle buffer, void** memory, void** user_pointer);
GC_API Status GC_CALL DSQueueBuffer(Handle stream, Handle buffer);
GC_API Status GC_CALL DSGetBufferInfo(Handle stream, Handle buffer_handle, Command command, std::int32_t* type,
                                      void* buffer, std::size_t* size);
GC_API Status GC_CALL DSGetBufferInfoStacked(Handle stream, Handle buffer, BufferInfoEntry* entries, std::size_t count);
GC_API Status GC_CALL DSGetBufferChunkData(Handle stream, Handle buffer, Chunk* chunks, std::size_t* count);
GC_API Status GC_CALL DSGetParentDev(Handle stream, Handle* device);
GC_API Status GC_CALL DSGetNumBufferParts(Handle stream, Handle buffer, std::uint32_t* count);
GC_API Status GC_CALL DSGetBufferPartInfo(Handle stream, Handle buffer_handle, std::uint32_t part, Command command,
                                          std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL DSGetBufferPartInfoStacked(Handle stream, Handle buffer, PartInfoEntry* entries,
                                                 std::size_t count);
GC_API Status GC_CALL DSGetNumBufferSegments(Handle stream, Handle buffer, std::uint32_t* count);
GC_API Status GC_CALL DSGetBufferSegmentInfo(Handle stream, Handle buffer_handle, std::uint32_t segment,
                                             Command command, std::int32_t* type, void* buffer, std::size_t* size);
GC_API Status GC_CALL DSGetNumFlows(Handle stream, std::uint32_t* count);
GC_API Status GC_CALL DSGetFlowInfo(Handle stream, std::uint32_t flow, Command command, std::int32_t* type,
                                    void* buffer, std::size_t* size);

}  // namespace vcxg::gentl
