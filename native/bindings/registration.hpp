// One function for each topic that the Python module offers; module.cpp calls them all.
#pragma once

#include <nanobind/nanobind.h>

namespace vcxg::bindings {

void register_mono12p(nanobind::module_& module);
void register_pool(nanobind::module_& module);

}  // namespace vcxg::bindings
