// The GenICam XML of a module's features (GenApi schema 1.1; the schema prescribes the order of the elements).
#pragma once

#include <deque>
#include <string>

#include "gentl/feature.hpp"

namespace vcxg::gentl {

struct ModuleIdentity {
    const char* port_name;  // of the <Port> node: "TLPort"
    const char* file_name;  // of the XML
    const char* model;      // RegisterDescription ModelName
    const char* guid;       // ProductGuid and VersionGuid
};

[[nodiscard]] std::string describe_module(const ModuleIdentity& identity, const std::deque<Feature>& features);

}  // namespace vcxg::gentl
