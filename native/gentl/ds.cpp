// DS…: the data stream module and its buffers.
#include <algorithm>
#include <utility>

#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<DataStream> stream_of(Handle handle) {
    return registry().get<DataStream>(handle);
}

[[noreturn]] void no_composite() {
    throw Error(code::kNotImplemented, "composite buffers and flows (GenDC) are not supported");
}

Status no_flows(const char* function, Handle stream) {
    return guarded(function, [&] {
        (void)stream_of(stream);
        no_composite();
    });
}

Status no_segments(const char* function, Handle stream, Handle buffer) {
    return guarded(function, [&] {
        (void)stream_of(stream)->buffer(buffer);
        no_composite();
    });
}

// A plain image has no parts; a consumer that is told otherwise treats it as multi-part.
Status no_parts(const char* function, Handle stream, Handle buffer) {
    return guarded(function, [&] {
        (void)stream_of(stream)->buffer(buffer);
        throw Error(code::kNoData, "the buffer holds no multi-part payload");
    });
}

void announce(Handle stream, void* memory, std::size_t size, void* user_pointer, Handle* buffer) {
    const auto module = stream_of(stream);
    Handle& result = required(buffer, "the buffer handle pointer");
    if (size == 0) throw Error(code::kInvalidParameter, "a buffer of 0 bytes");
    const auto announced = module->pool().announce(memory, size, user_pointer);
    try {
        result = registry().add(announced, stream);
    } catch (...) {
        module->pool().revoke(*announced);
        throw;
    }
}

}  // namespace

GC_API Status GC_CALL DSAnnounceBuffer(Handle stream, void* memory, std::size_t size, void* user_pointer,
                                       Handle* buffer) {
    return guarded(__func__, [&] {
        (void)stream_of(stream);
        if (memory == nullptr) throw Error(code::kInvalidParameter, "the memory pointer is NULL");
        announce(stream, memory, size, user_pointer, buffer);
    });
}

GC_API Status GC_CALL DSAllocAndAnnounceBuffer(Handle stream, std::size_t size, void* user_pointer, Handle* buffer) {
    return guarded(__func__, [&] { announce(stream, nullptr, size, user_pointer, buffer); });
}

GC_API Status GC_CALL DSAnnounceCompositeBuffer(Handle stream, std::size_t, void**, std::size_t*, void*, Handle*) {
    return no_flows(__func__, stream);
}

GC_API Status GC_CALL DSFlushQueue(Handle stream, std::int32_t operation) {
    return guarded(__func__, [&] { stream_of(stream)->pool().flush(operation); });
}

GC_API Status GC_CALL DSStartAcquisition(Handle stream, std::int32_t flags, std::uint64_t frames) {
    return guarded(__func__, [&] { stream_of(stream)->start(flags, frames); });
}

GC_API Status GC_CALL DSStopAcquisition(Handle stream, std::int32_t flags) {
    return guarded(__func__, [&] { stream_of(stream)->stop(flags); });
}

GC_API Status GC_CALL DSGetInfo(Handle stream, Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] { stream_of(stream)->info(command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL DSGetBufferID(Handle stream, std::uint32_t index, Handle* buffer) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        required(buffer, "the buffer handle pointer") = module->pool().at(index)->handle();
    });
}

GC_API Status GC_CALL DSClose(Handle stream) {
    return guarded(__func__, [&] {
        (void)stream_of(stream);
        registry().close(stream);
    });
}

GC_API Status GC_CALL DSRevokeBuffer(Handle stream, Handle buffer, void** memory, void** user_pointer) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        const auto revoked = module->buffer(buffer);
        module->pool().revoke(*revoked);
        registry().close(buffer);
        if (memory != nullptr) *memory = revoked->owns_memory() ? nullptr : revoked->memory();
        if (user_pointer != nullptr) *user_pointer = revoked->user_pointer();
    });
}

GC_API Status GC_CALL DSQueueBuffer(Handle stream, Handle buffer) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        module->pool().queue(*module->buffer(buffer));
    });
}

GC_API Status GC_CALL DSGetBufferInfo(Handle stream, Handle buffer_handle, Command command, std::int32_t* type,
                                      void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        module->pool().info(*module->buffer(buffer_handle), command).deliver(type, buffer, size);
    });
}

GC_API Status GC_CALL DSGetBufferInfoStacked(Handle stream, Handle buffer, BufferInfoEntry* entries,
                                             std::size_t count) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        const auto target = module->buffer(buffer);
        required(entries, "entries");
        for (std::size_t i = 0; i < count; ++i) {
            // Copies, because the packed fields may not be pointed to.
            BufferInfoEntry& entry = entries[i];
            std::int32_t type = 0;
            std::size_t size = entry.size;
            const Command command = entry.command;
            void* const data = entry.data;
            entry.result = guarded("DSGetBufferInfoStacked",
                                   [&] { module->pool().info(*target, command).deliver(&type, data, &size); });
            entry.type = type;
            entry.size = size;
        }
    });
}

GC_API Status GC_CALL DSGetBufferChunkData(Handle stream, Handle buffer, Chunk* chunks, std::size_t* count) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        const auto target = module->buffer(buffer);
        std::size_t& capacity = required(count, "count");
        const std::vector<Chunk> found = module->pool().chunks(*target);
        const std::size_t offered = std::exchange(capacity, found.size());
        if (chunks == nullptr) return;
        if (offered < found.size()) {
            throw Error(code::kBufferTooSmall, "room for " + std::to_string(offered) + " chunks, the buffer has " +
                                                   std::to_string(found.size()));
        }
        std::copy(found.begin(), found.end(), chunks);
    });
}

GC_API Status GC_CALL DSGetParentDev(Handle stream, Handle* device) {
    return guarded(__func__, [&] {
        const auto module = stream_of(stream);
        required(device, "the device handle pointer") = module->device()->handle();
    });
}

GC_API Status GC_CALL DSGetNumBufferParts(Handle stream, Handle buffer, std::uint32_t*) {
    return no_parts(__func__, stream, buffer);
}

GC_API Status GC_CALL DSGetBufferPartInfo(Handle stream, Handle buffer_handle, std::uint32_t, Command, std::int32_t*,
                                          void*, std::size_t*) {
    return no_parts(__func__, stream, buffer_handle);
}

GC_API Status GC_CALL DSGetBufferPartInfoStacked(Handle stream, Handle buffer, PartInfoEntry* entries,
                                                 std::size_t count) {
    const Status status = no_parts(__func__, stream, buffer);
    for (std::size_t i = 0; entries != nullptr && i < count; ++i) entries[i].result = status;
    return status;
}

GC_API Status GC_CALL DSGetNumBufferSegments(Handle stream, Handle buffer, std::uint32_t*) {
    return no_segments(__func__, stream, buffer);
}

GC_API Status GC_CALL DSGetBufferSegmentInfo(Handle stream, Handle buffer_handle, std::uint32_t, Command, std::int32_t*,
                                             void*, std::size_t*) {
    return no_segments(__func__, stream, buffer_handle);
}

GC_API Status GC_CALL DSGetNumFlows(Handle stream, std::uint32_t*) {
    return no_flows(__func__, stream);
}

GC_API Status GC_CALL DSGetFlowInfo(Handle stream, std::uint32_t, Command, std::int32_t*, void*, std::size_t*) {
    return no_flows(__func__, stream);
}

}  // namespace vcxg::gentl
