// The features of one of the producer's own modules: one row each, from which both the XML and the registers behind it come.
// Values are asked from the module at every access; nothing is stored here.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gentl/port.hpp"

namespace vcxg::gentl {

class NodeMap {
public:
    using Get = std::function<std::int64_t()>;
    using Set = std::function<void(std::int64_t)>;
    using GetText = std::function<std::string()>;
    using Entries = std::vector<std::pair<const char*, std::int64_t>>;

    struct Identity {
        const char* port_name;  // of the <Port> node: "TLPort"
        const char* file_name;  // of the XML
        const char* model;      // RegisterDescription ModelName
        const char* guid;       // ProductGuid and VersionGuid
    };
    explicit NodeMap(const Identity& identity) : identity_(identity) {}

    void category(const char* name) { category_ = name; }  // of the rows added from here on
    void integer(const char* name, const char* doc, Get get, const char* representation = "PureNumber");
    void boolean(const char* name, const char* doc, Get get);
    void text(const char* name, const char* doc, GetText get);
    void enumeration(const char* name, const char* doc, Entries entries, Get get);
    void command(const char* name, const char* doc, std::function<void()> run);
    // A writable index 0 … max() that chooses what the `selected` features show.
    void selector(const char* name, const char* doc, Get get, Set set, Get max, std::vector<const char*> selected);

    void finish();  // builds the XML; no row may follow

    void read(std::uint64_t address, gige::Bytes out) const;
    void write(std::uint64_t address, gige::ConstBytes bytes) const;
    [[nodiscard]] PortUrl url() const;
    [[nodiscard]] const char* port_name() const noexcept { return identity_.port_name; }

private:
    enum class Kind { integer, boolean, text, enumeration, command, selector, limit };
    struct Row {
        Kind kind;
        const char* category;
        std::string name;
        const char* doc = "";
        Get get{};
        Set set{};
        GetText get_text{};
        const char* representation = "PureNumber";
        Entries entries{};
        std::vector<const char*> selected{};
    };
    [[nodiscard]] std::string build_xml() const;
    [[nodiscard]] std::string nodes_of(const Row& row, std::uint64_t address) const;
    [[nodiscard]] std::string int_register(const std::string& name, const std::string& head, std::uint64_t address,
                                           const char* access, const char* tail) const;

    Identity identity_;
    const char* category_ = "Root";
    std::vector<Row> rows_;
    std::string xml_;
};

// A module of the producer: a port whose registers are its node map.
class ModulePort : public Port {
public:
    void read(std::uint64_t address, gige::Bytes out) override { nodes_.read(address, out); }
    void write(std::uint64_t address, gige::ConstBytes bytes) override { nodes_.write(address, bytes); }
    [[nodiscard]] std::vector<PortUrl> urls() override { return {nodes_.url()}; }

protected:
    explicit ModulePort(const NodeMap::Identity& identity) : nodes_(identity) {}
    NodeMap nodes_;  // filled by the module's constructor, constant from then on
};

}  // namespace vcxg::gentl
