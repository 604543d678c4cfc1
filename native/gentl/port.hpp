// A register space that a consumer reads and writes, and where the XML is that describes it.
#pragma once

#include <string>
#include <vector>

#include "gentl/info.hpp"
#include "gentl/registry.hpp"
#include "gige/bytes.hpp"

namespace vcxg::gentl {

enum class UrlScheme : std::int32_t { local = 0, http = 1, file = 2 };

struct PortUrl {
    std::string url;
    UrlScheme scheme = UrlScheme::local;
    std::string file_name;
    std::uint64_t address = 0, size = 0;  // local only
    std::int32_t schema_major = 1, schema_minor = 1;

    [[nodiscard]] InfoValue info(Command command) const;
};

[[nodiscard]] PortUrl local_url(const std::string& file_name, std::uint64_t address, std::uint64_t size,
                                const std::string& parameters = "?SchemaVersion=1.1.0");

struct PortFacts {
    std::string id, vendor, model, version, module, port_name;
    bool big_endian = false;
    bool readable = true, writable = true;
    bool available = true;
};

class Port : public Object {
public:
    static constexpr const char* kKind = "port";
    [[nodiscard]] virtual PortFacts facts() const = 0;
    virtual void read(std::uint64_t address, gige::Bytes out) = 0;
    virtual void write(std::uint64_t address, gige::ConstBytes bytes) = 0;
    [[nodiscard]] virtual std::vector<PortUrl> urls() = 0;

    [[nodiscard]] InfoValue info(Command command) const;
};

}  // namespace vcxg::gentl
