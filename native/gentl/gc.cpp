// GC…: the library, its last error, and every port.
#include <utility>

#include "gentl/library.hpp"
#include "gentl/port.hpp"

namespace vcxg::gentl {
namespace {

std::shared_ptr<Port> port_of(Handle handle) {
    return registry().get<Port>(handle);
}

gige::Bytes bytes_of(void* data, std::size_t size) {
    if (data == nullptr) throw Error(code::kInvalidParameter, "the data pointer is NULL");
    return {static_cast<std::byte*>(data), size};
}

gige::ConstBytes bytes_of(const void* data, std::size_t size) {
    if (data == nullptr) throw Error(code::kInvalidParameter, "the data pointer is NULL");
    return {static_cast<const std::byte*>(data), size};
}

// Entries until the first failure; `count` becomes the number of entries done.
template <typename Access>
void for_each_entry(PortEntry* entries, std::size_t* count, Access&& access) {
    std::size_t& total = required(count, "the number of entries");
    required(entries, "entries");
    const std::size_t asked = std::exchange(total, 0);
    for (; total < asked; ++total) access(entries[total]);
}

PortUrl url_of(Handle handle, std::uint32_t index) {
    const auto urls = port_of(handle)->urls();
    if (index >= urls.size()) {
        throw Error(code::kInvalidIndex,
                    "URL " + std::to_string(index) + " of " + std::to_string(urls.size()) + " does not exist");
    }
    return urls[index];
}

}  // namespace

GC_API Status GC_CALL GCInitLib() {
    return guarded_always(__func__, [] { init_library(); });
}

GC_API Status GC_CALL GCCloseLib() {
    return guarded_always(__func__, [] { close_library(); });
}

GC_API Status GC_CALL GCGetInfo(Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    // Answers before GCInitLib too: consumers identify a producer without starting it.
    return guarded_always(__func__, [&] { producer_info(command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL GCGetLastError(Status* error, char* text, std::size_t* size) {
    const LastError& last = last_error();
    if (size == nullptr) return code::kInvalidParameter;
    if (error != nullptr) *error = last.status;
    const std::string_view message(last.text);
    const std::size_t offered = std::exchange(*size, message.size() + 1);
    if (text == nullptr) return code::kSuccess;
    if (offered < *size) return code::kBufferTooSmall;
    text[message.copy(text, message.size())] = '\0';
    return code::kSuccess;
}

GC_API Status GC_CALL GCReadPort(Handle port, std::uint64_t address, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto target = port_of(port);
        target->read(address, bytes_of(buffer, required(size, "size")));
    });
}

GC_API Status GC_CALL GCWritePort(Handle port, std::uint64_t address, const void* buffer, std::size_t* size) {
    return guarded(__func__, [&] {
        const auto target = port_of(port);
        target->write(address, bytes_of(buffer, required(size, "size")));
    });
}

GC_API Status GC_CALL GCReadPortStacked(Handle port, PortEntry* entries, std::size_t* count) {
    return guarded(__func__, [&] {
        const auto target = port_of(port);
        for_each_entry(entries, count, [&](const PortEntry& e) { target->read(e.address, bytes_of(e.data, e.size)); });
    });
}

GC_API Status GC_CALL GCWritePortStacked(Handle port, PortEntry* entries, std::size_t* count) {
    return guarded(__func__, [&] {
        const auto target = port_of(port);
        for_each_entry(entries, count, [&](const PortEntry& e) {
            target->write(e.address, bytes_of(static_cast<const void*>(e.data), e.size));
        });
    });
}

GC_API Status GC_CALL GCGetPortURL(Handle port, char* url, std::size_t* size) {
    return guarded(__func__, [&] { deliver_text(url_of(port, 0).url, url, size); });
}

GC_API Status GC_CALL GCGetNumPortURLs(Handle port, std::uint32_t* count) {
    return guarded(__func__, [&] {
        const auto target = port_of(port);
        required(count, "count") = static_cast<std::uint32_t>(target->urls().size());
    });
}

GC_API Status GC_CALL GCGetPortURLInfo(Handle port, std::uint32_t index, Command command, std::int32_t* type,
                                       void* buffer, std::size_t* size) {
    return guarded(__func__, [&] { url_of(port, index).info(command).deliver(type, buffer, size); });
}

GC_API Status GC_CALL GCGetPortInfo(Handle port, Command command, std::int32_t* type, void* buffer, std::size_t* size) {
    return guarded(__func__, [&] { port_of(port)->info(command).deliver(type, buffer, size); });
}

}  // namespace vcxg::gentl
