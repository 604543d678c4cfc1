#include "gentl/feature_xml.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

namespace vcxg::gentl {
namespace {

std::string tag(const char* name, std::string_view value) {
    std::string result = "<";
    result.append(name).append(">").append(value).append("</").append(name).append(">");
    return result;
}

std::string optional_tag(const char* name, std::string_view value) {
    return value.empty() ? std::string() : tag(name, value);
}

std::string open(const char* element, std::string_view name) {
    std::string result = "<";
    result.append(element).append(" Name=\"").append(name).append("\">");
    return result;
}

std::string close(const char* element) {
    return std::string("</") + element + ">\n";
}

std::string hexadecimal(std::uint64_t value) {
    std::ostringstream text;
    text << "0x" << std::hex << value;
    return text.str();
}

}  // namespace

// The nodes of one feature: the one that users see, and the registers behind it.
class FeatureXml {
public:
    FeatureXml(const Feature& feature, std::uint64_t place, const char* port)
        : f_(feature), place_(place), port_(port), name_(feature.name_), value_(name_ + "Reg") {}

    [[nodiscard]] std::string nodes() const {
        switch (f_.kind_) {
            case Feature::Kind::integer:
                return number("Integer") + registers();
            case Feature::Kind::floating:
                return number("Float") + registers();
            case Feature::Kind::boolean:
                return open("Boolean", name_) + head() + tag("pValue", value_) + tag("OnValue", "1") +
                       tag("OffValue", "0") + close("Boolean") + registers();
            case Feature::Kind::enumeration:
                return enumeration() + registers();
            case Feature::Kind::command:
                return open("Command", name_) + head() + tag("pValue", value_) + tag("CommandValue", "1") +
                       close("Command") + registers();
            case Feature::Kind::text:
                return open("StringReg", name_) + head() + memory(place_, std::to_string(f_.length_)) +
                       close("StringReg") + states();
            case Feature::Kind::data:
                return open("Register", name_) + head() + tag("Address", hexadecimal(place::kData)) +
                       tag("pLength", name_ + "Size") + access("RO") + close("Register") +
                       int_register(name_ + "Size", Feature::Slot::value, "RO") + states();
        }
        return {};
    }

private:
    // What all nodes begin with.
    [[nodiscard]] std::string head() const {
        return tag("ToolTip", f_.doc_) + optional_tag("Visibility", f_.visibility_) +
               (f_.available_ ? tag("pIsAvailable", name_ + "Available") : "") +
               (f_.locked_ ? tag("pIsLocked", name_ + "Locked") : "");
    }

    [[nodiscard]] std::string number(const char* element) const {
        std::string xml = open(element, name_) + head() + tag("pValue", value_);
        if (f_.range_) {
            xml += tag("Min", std::to_string(f_.range_->first)) + tag("Max", std::to_string(f_.range_->second));
        } else if (f_.maximum_) {
            xml += tag("Min", "0") + tag("pMax", name_ + "Max");
        }
        xml += optional_tag("Unit", f_.unit_) + tag("Representation", f_.representation_);
        for (const char* selected : f_.selected_) xml += tag("pSelected", selected);
        return xml + close(element);
    }

    [[nodiscard]] std::string enumeration() const {
        std::string xml = open("Enumeration", name_) + head();
        for (const auto& [entry, value] : f_.entries_) {
            xml += open("EnumEntry", entry) + tag("Value", std::to_string(value)) + "</EnumEntry>";
        }
        return xml + tag("pValue", value_) + close("Enumeration");
    }

    [[nodiscard]] std::string registers() const {
        const char* mode = !f_.get_ ? "WO" : f_.set_ ? "RW" : "RO";
        return int_register(value_, Feature::Slot::value, mode) + states();
    }

    // The registers that say what holds for the feature now.
    [[nodiscard]] std::string states() const {
        std::string xml;
        if (f_.maximum_) xml += int_register(name_ + "Max", Feature::Slot::maximum, "RO");
        if (f_.locked_) xml += int_register(name_ + "Locked", Feature::Slot::locked, "RO");
        if (f_.available_) xml += int_register(name_ + "Available", Feature::Slot::available, "RO");
        return xml;
    }

    [[nodiscard]] std::string int_register(const std::string& name, Feature::Slot slot, const char* mode) const {
        // The value's own register shares the fate of the feature; those that tell its state are always there.
        const bool conditional = f_.available_ && slot == Feature::Slot::value;
        return open("IntReg", name) + tag("Visibility", "Invisible") +
               (conditional ? tag("pIsAvailable", name_ + "Available") : "") +
               memory(place_ + static_cast<std::uint64_t>(slot), "8", mode) + tag("Sign", "Signed") +
               tag("Endianess", "LittleEndian") + close("IntReg");
    }

    [[nodiscard]] std::string memory(std::uint64_t address, const std::string& length, const char* mode = "RO") const {
        return tag("Address", hexadecimal(address)) + tag("Length", length) + access(mode);
    }

    [[nodiscard]] std::string access(const char* mode) const {
        return tag("AccessMode", mode) + tag("pPort", port_) + tag("Cachable", "NoCache");
    }

    const Feature& f_;
    std::uint64_t place_;
    const char* port_;
    std::string name_, value_;
};

namespace {

std::string categories_of(const std::deque<Feature>& features) {
    std::vector<std::string_view> categories;
    for (const Feature& feature : features) {
        if (std::find(categories.begin(), categories.end(), feature.category()) == categories.end()) {
            categories.emplace_back(feature.category());
        }
    }
    std::string xml = open("Category", "Root");
    for (const auto category : categories) xml += tag("pFeature", category);
    xml += close("Category");
    for (const auto category : categories) {
        xml += open("Category", category);
        for (const Feature& feature : features) {
            if (category == feature.category()) xml += tag("pFeature", feature.name());
        }
        xml += close("Category");
    }
    return xml;
}

}  // namespace

std::string describe_module(const ModuleIdentity& identity, const std::deque<Feature>& features) {
    std::ostringstream xml;
    xml << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RegisterDescription ModelName=\"" << identity.model
        << "\" VendorName=\"vcxg124m\" ToolTip=\"Module of the producer\" StandardNameSpace=\"None\" "
           "SchemaMajorVersion=\"1\" SchemaMinorVersion=\"1\" SchemaSubMinorVersion=\"0\" "
           "MajorVersion=\"1\" MinorVersion=\"0\" SubMinorVersion=\"0\" "
           "ProductGuid=\""
        << identity.guid << "\" VersionGuid=\"" << identity.guid
        << "\" xmlns=\"http://www.genicam.org/GenApi/Version_1_1\" "
           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
           "xsi:schemaLocation=\"http://www.genicam.org/GenApi/Version_1_1 "
           "http://www.genicam.org/GenApi/GenApiSchema_Version_1_1.xsd\">\n"
        << categories_of(features);
    for (std::size_t i = 0; i < features.size(); ++i) {
        xml << FeatureXml(features[i], place::of(i), identity.port_name).nodes();
    }
    xml << "<Port Name=\"" << identity.port_name << "\"/>\n</RegisterDescription>\n";
    return xml.str();
}

}  // namespace vcxg::gentl
