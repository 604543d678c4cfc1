#pragma once

namespace vcxg::net {

// True while another process traces this one (gdb, strace): it may be stopped at any time.
[[nodiscard]] bool debugger_attached();

}  // namespace vcxg::net
