// Features of the producer's modules as a consumer without GenApi reaches them: through the XML of the module itself.
#pragma once

#include "gentl_producer.hpp"

namespace vcxg::testing {

inline std::string xml_of(Handle port) {
    const auto address =
        value<std::uint64_t>([&](auto... out) { return PRODUCER(GCGetPortURLInfo)(port, 0, 7, out...); });
    std::size_t size =
        value<std::uint64_t>([&](auto... out) { return PRODUCER(GCGetPortURLInfo)(port, 0, 8, out...); });
    std::string xml(size, '\0');
    OK(GCReadPort, port, address, xml.data(), &size);
    return xml;
}

// Where the register of an integer, boolean, enumeration or command stands.
inline std::uint64_t node_address(Handle module, const std::string& name) {
    const std::string xml = xml_of(module);
    const std::size_t at = xml.find("<IntReg Name=\"" + name + "Reg\"");
    if (at == std::string::npos) throw std::runtime_error("no node " + name);
    return std::stoull(xml.substr(xml.find("<Address>", at) + 9), nullptr, 16);
}

inline Status read_node(Handle module, const std::string& name, std::int64_t& result) {
    std::size_t size = sizeof result;
    return PRODUCER(GCReadPort)(module, node_address(module, name), &result, &size);
}

inline std::int64_t node(Handle module, const std::string& name) {
    std::int64_t result = 0;
    expect_success(read_node(module, name, result), name.c_str());
    return result;
}

inline Status write_node(Handle module, const std::string& name, std::int64_t new_value) {
    std::size_t size = sizeof new_value;
    return PRODUCER(GCWritePort)(module, node_address(module, name), &new_value, &size);
}

}  // namespace vcxg::testing
