// The features of one of the producer's own modules, and the register space in which a consumer reads and writes them.
#pragma once

#include <atomic>

#include "gentl/feature_xml.hpp"
#include "gentl/port.hpp"

namespace vcxg::gentl {

class NodeMap {
public:
    explicit NodeMap(const ModuleIdentity& identity) : identity_(identity) {}

    void category(const char* name) { category_ = name; }  // of the features added from here on
    Feature& integer(const char* name, const char* doc, Feature::Get get);
    Feature& integer(const char* name, const char* doc, std::atomic<std::int64_t>& setting);  // read and written
    Feature& floating(const char* name, const char* doc, Feature::Get get);                   // of whole numbers
    Feature& boolean(const char* name, const char* doc, Feature::Get get);
    Feature& text(const char* name, const char* doc, Feature::GetText get);
    Feature& enumeration(const char* name, const char* doc, Feature::Entries entries, Feature::Get get);
    Feature& command(const char* name, const char* doc, std::function<void()> run);
    Feature& data(const char* name, const char* doc, Feature::ReadData read, Feature::Get size);

    void finish();  // builds the XML; no feature may follow

    void read(std::uint64_t address, gige::Bytes out) const;
    void write(std::uint64_t address, gige::ConstBytes bytes) const;
    [[nodiscard]] PortUrl url() const;
    [[nodiscard]] const char* port_name() const noexcept { return identity_.port_name; }

private:
    Feature& add(Feature::Kind kind, const char* name, const char* doc);
    [[nodiscard]] const Feature* feature_at(std::uint64_t address) const noexcept;

    ModuleIdentity identity_;
    const char* category_ = "Root";
    std::deque<Feature> features_;  // its elements stay where they are
    std::string xml_;
};

// A module of the producer: a port whose registers are its node map.
class ModulePort : public Port {
public:
    void read(std::uint64_t address, gige::Bytes out) override { nodes_.read(address, out); }
    void write(std::uint64_t address, gige::ConstBytes bytes) override { nodes_.write(address, bytes); }
    [[nodiscard]] std::vector<PortUrl> urls() override { return {nodes_.url()}; }

protected:
    explicit ModulePort(const ModuleIdentity& identity) : nodes_(identity) {}
    NodeMap nodes_;  // filled by the module's constructor, constant from then on
};

}  // namespace vcxg::gentl
