// A sender of whole frames and a GenTL consumer on the bundled producer, in one process: what arrives, what the receiving thread
// costs, and how long the consumer waits for a frame after its last packet. bench_receive.py compiles and runs it.
//
//   stream PACKET_SIZE FRAME_BYTES FRAMES_PER_SECOND SECONDS single|batch|burst      (0 frames per second: unpaced)
#include <dirent.h>
#include <netinet/udp.h>
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

namespace {

constexpr unsigned kWidth = 4096;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kBurst = 60'000;  // bytes handed to the system at once

struct Load {
    std::size_t packet_size, frame_size;
    double rate, seconds;
    std::string mode;
};

double thread_seconds(const std::string& name) {
    double total = 0;
    DIR* const tasks = opendir("/proc/self/task");
    while (const dirent* const task = readdir(tasks)) {
        const std::string folder = std::string("/proc/self/task/") + task->d_name;
        std::string comm;
        std::ifstream(folder + "/comm") >> comm;
        if (comm == name) {
            double nanoseconds_run = 0;
            std::ifstream(folder + "/schedstat") >> nanoseconds_run;
            total += nanoseconds_run / 1e9;
        }
    }
    closedir(tasks);
    return total;
}

class Sender {
public:
    Sender(FakeCamera& camera, const Load& load)
        : camera_(camera),
          load_(load),
          data_(load.packet_size - 28 - kHeader),
          socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = inet_addr(camera.ip().c_str());
        static_cast<void>(bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own));
        socklen_t size = sizeof own;
        getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
        camera.set_register(0x092C, 0x80000000);  // SCSP tells where the stream comes from
        camera.set_register(0x0D1C, ntohs(own.sin_port));
        const std::size_t packets = (load.frame_size + data_ - 1) / data_;
        frame_.resize(packets * (kHeader + data_));
        for (std::size_t i = 0; i < packets; ++i) {
            for (std::size_t k = 0; k < data_; ++k) frame_[i * (kHeader + data_) + kHeader + k] = pixel(i * data_ + k);
        }
        prctl(PR_SET_TIMERSLACK, 1);
    }
    ~Sender() { close(socket_); }

    static std::uint8_t pixel(std::size_t at) { return static_cast<std::uint8_t>(at * 7 + at / 251); }
    // To where the host has opened the channel.
    void open() {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(camera_.get_register(0x0D18));
        to.sin_port = htons(static_cast<std::uint16_t>(camera_.get_register(0x0D00)));
        connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }

    // `last` tells when the last packet is handed to the system.
    void send(unsigned block, Clock::time_point begin, nanoseconds duration, std::atomic<Clock::rep>& last) {
        Packet leader = head(block, 1, 0);
        put32(leader, 1);
        put32(leader, 0);
        put32(leader, block);
        put32(leader, 0x01080001);
        put32(leader, kWidth);
        put32(leader, static_cast<std::uint32_t>(load_.frame_size / kWidth));
        for (int i = 0; i < 3; ++i) put32(leader, 0);
        hand_over(leader.data(), leader.size(), 0);
        const std::size_t step = kHeader + data_;
        const std::size_t packets = frame_.size() / step;
        const std::size_t at_once =
            load_.mode == "single" ? 1 : std::min<std::size_t>(std::max<std::size_t>(kBurst / step, 1), 64);
        for (std::size_t i = 0; i < packets; i += at_once) {
            const std::size_t count = std::min(at_once, packets - i);
            for (std::size_t k = i; k < i + count; ++k) {
                const Packet header = head(block, 3, static_cast<unsigned>(k + 1));
                std::copy(header.begin(), header.end(), frame_.begin() + static_cast<std::ptrdiff_t>(k * step));
            }
            const std::size_t cut = i + count == packets ? packets * data_ - load_.frame_size : 0;
            hand_over(frame_.data() + i * step, count * step - cut, step);
            wait_until(begin + duration * static_cast<std::int64_t>(i + count) / static_cast<std::int64_t>(packets));
        }
        Packet trailer = head(block, 2, static_cast<unsigned>(packets + 1));
        put32(trailer, 1);
        put32(trailer, static_cast<std::uint32_t>(load_.frame_size / kWidth));
        last = Clock::now().time_since_epoch().count();
        hand_over(trailer.data(), trailer.size(), 0);
    }

    static void wait_until(Clock::time_point when) {
        if (when > Clock::now() + std::chrono::microseconds(20)) std::this_thread::sleep_until(when);
    }

private:
    static Packet head(unsigned block, unsigned format, unsigned packet) {
        Packet result;
        put16(result, 0);
        put16(result, block);
        put32(result, format << 24 | packet);
        return result;
    }
    void hand_over(std::uint8_t* bytes, std::size_t size, std::size_t step) {
        if (step == 0 || size <= step) {
            ::send(socket_, bytes, size, 0);
        } else if (load_.mode == "burst") {
            const auto segment = static_cast<std::uint16_t>(step);
            iovec place{bytes, size};
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof segment)] = {};
            msghdr message{};
            message.msg_iov = &place;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            cmsghdr* const entry = CMSG_FIRSTHDR(&message);
            entry->cmsg_level = IPPROTO_UDP;
            entry->cmsg_type = UDP_SEGMENT;
            entry->cmsg_len = CMSG_LEN(sizeof segment);
            std::memcpy(CMSG_DATA(entry), &segment, sizeof segment);
            sendmsg(socket_, &message, 0);
        } else {
            std::vector<iovec> places;
            std::vector<mmsghdr> messages;
            for (std::size_t at = 0; at < size; at += step) places.push_back({bytes + at, std::min(step, size - at)});
            for (iovec& place : places) {
                mmsghdr one{};
                one.msg_hdr.msg_iov = &place;
                one.msg_hdr.msg_iovlen = 1;
                messages.push_back(one);
            }
            sendmmsg(socket_, messages.data(), static_cast<unsigned>(messages.size()), 0);
        }
    }

    FakeCamera& camera_;
    Load load_;
    std::size_t data_;
    int socket_;
    Packet frame_;
};

double percentile(std::vector<double>& values, double which) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(which * static_cast<double>(values.size())))];
}

bool whole(const std::uint8_t* pixels, std::size_t size) {
    for (std::size_t at = 0; at < size; at += 997) {
        if (pixels[at] != Sender::pixel(at)) return false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return 2;
    const Load load{std::stoul(argv[1]), std::stoul(argv[2]), std::stod(argv[3]), std::stod(argv[4]), argv[5]};
    setenv("VCXG124M_PACKET_SIZE_MAX", argv[1], 1);
    Streaming rig;
    Sender sender(rig.camera, load);
    OK(DSClose, rig.stream);  // the camera tells only now where its stream comes from
    OK(DevOpenDataStream, rig.device, "Stream0", &rig.stream);
    OK(GCRegisterEvent, rig.stream, gentl::event_type::new_buffer, &rig.event);
    rig.announce(load.frame_size > 1'000'000 ? 16 : 200, load.frame_size);
    OK(DSStartAcquisition, rig.stream, 0, gentl::kInfinite);
    sender.open();

    std::vector<std::atomic<Clock::rep>> last_packet(65536);
    std::vector<double> delays;
    std::uint64_t complete = 0, incomplete = 0, wrong = 0;
    std::atomic<bool> stopping = false;
    std::thread consumer([&] {
        while (!stopping) {
            Handle buffer = nullptr;
            if (rig.fetch(buffer, 100) != 0) continue;
            const auto now = Clock::now();
            const auto block = buffer_value<std::uint64_t>(rig.stream, buffer, bi::frame_id);
            const bool bad = buffer_value<gentl::Bool8>(rig.stream, buffer, bi::is_incomplete) != 0;
            ++(bad ? incomplete : complete);
            if (!bad) {
                delays.push_back(static_cast<double>(now.time_since_epoch().count() - last_packet[block].load()) / 1e6);
                const auto* const pixels = buffer_value<const std::uint8_t*>(rig.stream, buffer, bi::base);
                wrong += whole(pixels, load.frame_size) ? 0 : 1;
            }
            OK(DSQueueBuffer, rig.stream, buffer);
        }
    });

    const double period = load.rate > 0 ? 1 / load.rate : 0;
    const auto begin = Clock::now();
    std::uint64_t frames = 0;
    const double cpu_before = thread_seconds("vcxg-stream");
    for (; std::chrono::duration<double>(Clock::now() - begin).count() < load.seconds; ++frames) {
        const auto block = static_cast<unsigned>(frames % 65535 + 1);
        const auto start = begin + std::chrono::duration_cast<nanoseconds>(
                                       std::chrono::duration<double>(period * static_cast<double>(frames)));
        // The last tenth of a period is a pause, as on a link that is not quite full.
        const auto duration = std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(period * 0.9));
        sender.send(block, start, duration, last_packet[block]);
        Sender::wait_until(start + std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(period)));
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const double cpu = thread_seconds("vcxg-stream") - cpu_before;
    stopping = true;
    consumer.join();
    const double bytes = static_cast<double>(frames * load.frame_size);
    std::printf(
        "{\"frames\": %llu, \"complete\": %llu, \"incomplete\": %llu, \"wrong\": %llu, \"mb_per_s\": %.1f, "
        "\"cpu_s_per_gb\": %.4f, \"delay_ms\": [%.3f, %.3f, %.3f]}\n",
        static_cast<unsigned long long>(frames), static_cast<unsigned long long>(complete),
        static_cast<unsigned long long>(incomplete), static_cast<unsigned long long>(wrong), bytes / elapsed / 1e6,
        cpu / (bytes / 1e9), percentile(delays, 0.5), percentile(delays, 0.99), percentile(delays, 1.0));
    return 0;
}
