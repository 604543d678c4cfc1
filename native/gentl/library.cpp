#include "gentl/library.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <map>
#include <utility>

namespace vcxg::gentl {
namespace {

struct Library {
    std::mutex mutex;
    bool initialised = false;
    std::map<std::string, std::int32_t> claims;
    Registry registry;
};

// Never destroyed: a consumer may end the process with modules open and threads inside.
Library& library() {
    static auto* instance = new Library;
    return *instance;
}

std::string find_producer_path() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&find_producer_path), &info) == 0 || info.dli_fname == nullptr) return {};
    char* absolute = realpath(info.dli_fname, nullptr);
    const std::string path = absolute != nullptr ? absolute : info.dli_fname;
    std::free(absolute);
    return path;
}

}  // namespace

void require_initialised() {
    const std::lock_guard lock(library().mutex);
    if (!library().initialised) throw Error(code::kNotInitialized, "GCInitLib has not been called");
}

void init_library() {
    const std::lock_guard lock(library().mutex);
    if (library().initialised) throw Error(code::kResourceInUse, "the producer is initialised already in this process");
    library().initialised = true;
}

void close_library() {
    {
        const std::lock_guard lock(library().mutex);
        if (!library().initialised) throw Error(code::kNotInitialized, "GCInitLib has not been called");
        library().initialised = false;
    }
    registry().close_all();
}

Registry& registry() {
    return library().registry;
}

const std::string& producer_path() {
    static const auto* path = new std::string(find_producer_path());
    return *path;
}

std::string producer_file_name() {
    return producer_path().substr(producer_path().rfind('/') + 1);
}

InfoValue producer_info(Command command) {
    switch (command) {
        case tl_info::id:
            return InfoValue::text(kProducerId);
        case tl_info::vendor:
            return InfoValue::text(kVendor);
        case tl_info::model:
            return InfoValue::text(kProducerModel);
        case tl_info::version:
            return InfoValue::text(kVersion);
        case tl_info::tl_type:
            return InfoValue::text(kTlType);
        case tl_info::name:
            return InfoValue::text(producer_file_name());
        case tl_info::path_name:
            return InfoValue::text(producer_path());
        case tl_info::display_name:
            return InfoValue::text(kProducerModel);
        case tl_info::char_encoding:
            return InfoValue::i32(1);  // UTF-8
        case tl_info::gentl_major:
            return InfoValue::u32(kGenTlMajor);
        case tl_info::gentl_minor:
            return InfoValue::u32(kGenTlMinor);
        default:
            unknown_command("TL", command);
    }
}

Claim::Claim(std::string key, const std::string& what, std::int32_t note) : key_(std::move(key)) {
    const std::lock_guard lock(library().mutex);
    if (!library().claims.emplace(key_, note).second) {
        throw Error(code::kResourceInUse, what + " is open already in this process; close it first");
    }
}

void Claim::release() noexcept {
    const std::lock_guard lock(library().mutex);
    if (std::exchange(held_, false)) library().claims.erase(key_);
}

std::optional<std::int32_t> Claim::note_of(const std::string& key) {
    const std::lock_guard lock(library().mutex);
    const auto found = library().claims.find(key);
    return found == library().claims.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace vcxg::gentl
