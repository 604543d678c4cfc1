#include "net/thread_tools.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace vcxg::net {

void name_this_thread(const char* name) noexcept {
    ::pthread_setname_np(::pthread_self(), name);
}

Priority raise_this_thread() noexcept {
    const sched_param priority{1};
    if (::pthread_setschedparam(::pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0) {
        return Priority::real_time;
    }
    constexpr int kNice = -10;  // on Linux niceness belongs to the thread
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    return ::setpriority(PRIO_PROCESS, thread, kNice) == 0 ? Priority::raised : Priority::ordinary;
}

void nap(std::chrono::nanoseconds duration) noexcept {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    const timespec time{static_cast<time_t>(seconds.count()), static_cast<long>((duration - seconds).count())};
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

}  // namespace vcxg::net
