// The private Python module `vcxg124m._native`: lists what it is made of and nothing else.
#include "bindings/registration.hpp"

NB_MODULE(_native, module) {
    // A user's global array may outlive the interpreter's last collection; that is not ours to complain about.
    nanobind::set_leak_warnings(false);
    module.attr("__version__") = VCXG_VERSION;
    vcxg::bindings::register_mono12p(module);
    vcxg::bindings::register_pool(module);
}
