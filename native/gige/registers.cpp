#include "gige/registers.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace vcxg::gige::registers {
namespace {

struct Name {
    std::uint32_t address;
    std::string_view text;
};

constexpr std::array kNames{
    Name{kVersion, "version"},
    Name{0x0200, "first XML URL"},
    Name{0x0400, "second XML URL"},
    Name{kMessageChannelCount, "number of message channels"},
    Name{kStreamChannelCapability, "stream channel capability"},
    Name{kMessageChannelCapability, "message channel capability"},
    Name{kGvcpCapability, "GVCP capability"},
    Name{kHeartbeatTimeout, "heartbeat timeout"},
    Name{kTimestampFrequencyHigh, "timestamp tick frequency, high"},
    Name{kTimestampFrequencyLow, "timestamp tick frequency, low"},
    Name{kGvcpConfiguration, "GVCP configuration"},
    Name{kSwitchoverKey, "control switchover key"},
    Name{kGvspConfiguration, "GVSP configuration"},
    Name{kControlPrivilege, "CCP"},
    Name{kPrimaryApplicationPort, "primary application port"},
    Name{kPrimaryApplicationIp, "primary application address"},
    Name{kMessagePort, "MCP"},
    Name{kMessageDestination, "MCDA"},
    Name{kMessageTransmissionTimeout, "MCTT"},
    Name{kMessageRetryCount, "MCRC"},
    Name{kMessageSourcePort, "MCSP"},
};

constexpr std::array kStreamNames{
    Name{kStreamPort, "SCP"},         Name{kStreamPacketSize, "SCPS"}, Name{kStreamPacketDelay, "SCPD"},
    Name{kStreamDestination, "SCDA"}, Name{kStreamSourcePort, "SCSP"},
};

std::string with_name(std::uint32_t address, const std::string& name) {
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "0x%04X", address);
    return std::string(number.data()) + " (" + name + ")";
}

}  // namespace

std::string describe(std::uint32_t address) {
    for (const Name& name : kNames) {
        if (name.address == address) {
            return with_name(address, std::string(name.text));
        }
    }
    if (address >= stream_channel(0) && address < stream_channel(512)) {
        const std::uint32_t channel = (address - stream_channel(0)) / 0x40;
        for (const Name& name : kStreamNames) {
            if (stream_channel(channel) + name.address == address) {
                return with_name(address, std::string(name.text) + std::to_string(channel));
            }
        }
    }
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "0x%08X", address);
    return number.data();
}

}  // namespace vcxg::gige::registers
