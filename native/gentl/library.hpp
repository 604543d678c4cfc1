// What lives between GCInitLib and GCCloseLib, and who this producer is.
#pragma once

#include <optional>
#include <string>

#include "gentl/info.hpp"
#include "gentl/registry.hpp"

namespace vcxg::gentl {

inline constexpr const char* kVendor = "vcxg124m";
inline constexpr const char* kProducerModel = "vcxg124m GigE Vision producer";
inline constexpr const char* kProducerId = "vcxg124m.cti";
inline constexpr const char* kVersion = VCXG_VERSION;
inline constexpr const char* kTlType = "GEV";
inline constexpr std::uint32_t kGenTlMajor = 1;
inline constexpr std::uint32_t kGenTlMinor = 6;

void init_library();   // kResourceInUse when it is initialised
void close_library();  // closes every module; no thread and no socket stays behind
[[nodiscard]] Registry& registry();

[[nodiscard]] InfoValue producer_info(Command command);  // GCGetInfo and TLGetInfo
[[nodiscard]] const std::string& producer_path();        // of the .cti itself
[[nodiscard]] std::string producer_file_name();

// Things that may be open once in this process: the system, an interface, a device, a stream.
class Claim {
public:
    // kResourceInUse when another claim on the key is held. `note` is what `note_of` answers while it is.
    Claim(std::string key, const std::string& what, std::int32_t note = 0);
    ~Claim() { release(); }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    void release() noexcept;

    [[nodiscard]] static std::optional<std::int32_t> note_of(const std::string& key);

private:
    std::string key_;
    bool held_ = true;
};

}  // namespace vcxg::gentl
