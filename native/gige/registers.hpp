// Bootstrap registers of a GigE Vision device that the application side uses, and their names for messages.
// Source: GigE Vision 2.0 bootstrap register map (32-bit, big-endian). Masks are for the value as a number.
#pragma once

#include <cstdint>
#include <string>

namespace vcxg::gige::registers {

inline constexpr std::uint32_t kVersion = 0x0000;
inline constexpr std::uint32_t kMessageChannelCount = 0x0900;
inline constexpr std::uint32_t kStreamChannelCapability = 0x092C;
inline constexpr std::uint32_t kMessageChannelCapability = 0x0930;
inline constexpr std::uint32_t kGvcpCapability = 0x0934;
inline constexpr std::uint32_t kHeartbeatTimeout = 0x0938;  // ms
inline constexpr std::uint32_t kTimestampFrequencyHigh = 0x093C;
inline constexpr std::uint32_t kTimestampFrequencyLow = 0x0940;
inline constexpr std::uint32_t kGvcpConfiguration = 0x0954;
inline constexpr std::uint32_t kSwitchoverKey = 0x095C;  // 16 bits, write-only
inline constexpr std::uint32_t kGvspConfiguration = 0x0960;
inline constexpr std::uint32_t kControlPrivilege = 0x0A00;  // CCP
inline constexpr std::uint32_t kPrimaryApplicationPort = 0x0A04;
inline constexpr std::uint32_t kPrimaryApplicationIp = 0x0A14;
inline constexpr std::uint32_t kMessagePort = 0x0B00;                 // MCP, 0 closes the channel
inline constexpr std::uint32_t kMessageDestination = 0x0B10;          // MCDA
inline constexpr std::uint32_t kMessageTransmissionTimeout = 0x0B14;  // MCTT, ms
inline constexpr std::uint32_t kMessageRetryCount = 0x0B18;           // MCRC
inline constexpr std::uint32_t kMessageSourcePort = 0x0B1C;           // MCSP

inline constexpr std::uint32_t kGvcpCanWriteMemory = 0x00000002;
inline constexpr std::uint32_t kGvcpCanResendPackets = 0x00000004;
inline constexpr std::uint32_t kGvcpCanPend = 0x00000020;
inline constexpr std::uint32_t kGvcpCanSwitchOver = 0x00200000;
inline constexpr std::uint32_t kGvcpKnowsPrimaryApplication = 0x08000000;
inline constexpr std::uint32_t kGvcpCanDisableHeartbeat = 0x20000000;
inline constexpr std::uint32_t kStreamKnowsSourcePort = 0x80000000;
inline constexpr std::uint32_t kStreamHasBothIdLayouts = 0x40000000;  // 64-bit block ids, and the older ones if wanted
inline constexpr std::uint32_t kGvspExtendedIds = 0x40000000;
inline constexpr std::uint32_t kMessageKnowsSourcePort = 0x80000000;

inline constexpr std::uint32_t kPrivilegeExclusive = 0x00000001;
inline constexpr std::uint32_t kPrivilegeControl = 0x00000002;
inline constexpr std::uint32_t kPrivilegeSwitchover = 0x00000004;

inline constexpr std::uint32_t kConfigurationNoHeartbeat = 0x00000001;
inline constexpr std::uint32_t kConfigurationPending = 0x00000002;

// Stream channel `i`: its block begins here, the offsets below count from there.
[[nodiscard]] constexpr std::uint32_t stream_channel(std::uint32_t i) noexcept {
    return 0x0D00 + 0x40 * i;
}
inline constexpr std::uint32_t kStreamPort = 0x00;         // SCP, 0 closes the channel
inline constexpr std::uint32_t kStreamPacketSize = 0x04;   // SCPS
inline constexpr std::uint32_t kStreamPacketDelay = 0x08;  // SCPD, timestamp ticks
inline constexpr std::uint32_t kStreamDestination = 0x18;  // SCDA
inline constexpr std::uint32_t kStreamSourcePort = 0x1C;   // SCSP

inline constexpr std::uint32_t kPacketSizeFireTest = 0x80000000;
inline constexpr std::uint32_t kPacketSizeDoNotFragment = 0x40000000;
inline constexpr std::uint32_t kPacketSizeMask = 0x0000FFFF;

// "0x0A00 (CCP)", or "0x0000A000" for an address without a name.
[[nodiscard]] std::string describe(std::uint32_t address);

}  // namespace vcxg::gige::registers
