#include "gentl/port.hpp"

#include <sstream>

#include "gentl/library.hpp"

namespace vcxg::gentl {

PortUrl local_url(const std::string& file_name, std::uint64_t address, std::uint64_t size,
                  const std::string& parameters) {
    std::ostringstream url;
    url << "local:" << file_name << ';' << std::hex << address << ';' << size << parameters;
    return {.url = url.str(), .file_name = file_name, .address = address, .size = size};
}

InfoValue PortUrl::info(Command command) const {
    switch (command) {
        case url_info::url:
            return InfoValue::text(url);
        case url_info::schema_major:
            return InfoValue::i32(schema_major);
        case url_info::schema_minor:
            return InfoValue::i32(schema_minor);
        case url_info::register_address:
        case url_info::file_size:
            if (scheme != UrlScheme::local) not_available("the register address", "the XML is not in the device");
            return InfoValue::u64(command == url_info::file_size ? size : address);
        case url_info::scheme:
            return InfoValue::i32(static_cast<std::int32_t>(scheme));
        case url_info::file_name:
            return InfoValue::text(file_name);
        case url_info::file_major:
        case url_info::file_minor:
        case url_info::file_subminor:
        case url_info::sha1:
            not_available("the file's version or hash", "the URL does not tell it");
        default:
            unknown_command("URL", command);
    }
}

InfoValue Port::info(Command command) const {
    const PortFacts port = facts();
    switch (command) {
        case port_info::id:
            return InfoValue::text(port.id);
        case port_info::vendor:
            return InfoValue::text(port.vendor);
        case port_info::model:
            return InfoValue::text(port.model);
        case port_info::tl_type:
            return InfoValue::text(kTlType);
        case port_info::module:
            return InfoValue::text(port.module);
        case port_info::little_endian:
            return InfoValue::boolean(!port.big_endian);
        case port_info::big_endian:
            return InfoValue::boolean(port.big_endian);
        case port_info::access_read:
            return InfoValue::boolean(port.available && port.readable);
        case port_info::access_write:
            return InfoValue::boolean(port.available && port.writable);
        case port_info::access_na:
            return InfoValue::boolean(!port.available);
        case port_info::access_ni:
            return InfoValue::boolean(false);
        case port_info::version:
            return InfoValue::text(port.version);
        case port_info::port_name:
            return InfoValue::text(port.port_name);
        default:
            unknown_command("port", command);
    }
}

}  // namespace vcxg::gentl
