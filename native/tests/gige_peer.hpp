// A GigE Vision device of a few lines for tests: a register space on a loopback address of its own, a thread that answers, and
// knobs for what devices and networks do wrong. Spells the protocol by itself; shares nothing with the code under test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "net/discovery.hpp"

namespace vcxg::test {

using Wire = std::vector<std::uint8_t>;

inline std::uint32_t word(const Wire& bytes, std::size_t offset) {
    return std::uint32_t{bytes.at(offset)} << 24 | std::uint32_t{bytes.at(offset + 1)} << 16 |
           std::uint32_t{bytes.at(offset + 2)} << 8 | bytes.at(offset + 3);
}

inline void put_word(Wire& bytes, std::size_t offset, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        bytes.at(offset + i) = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
}

template <typename Condition>
bool eventually(Condition&& condition, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

inline net::Interface loopback() {
    for (const net::Interface& one : net::interfaces()) {
        if (one.loopback && one.address == 0x7F000001) {
            return one;
        }
    }
    throw std::runtime_error("this machine has no 127.0.0.1");
}

struct Request {
    std::uint16_t code = 0;
    std::uint16_t id = 0;
    std::uint32_t address = 0;
    std::uint32_t value = 0;        // of WRITEREG; byte count of READMEM and WRITEMEM; first packet of PACKETRESEND
    std::uint32_t last_packet = 0;  // of PACKETRESEND
    sockaddr_in sender{};
};

// A UDP socket of a stranger, for what does not come from the device.
class Stranger {
public:
    Stranger() : handle_(::socket(AF_INET, SOCK_DGRAM, 0)) {}
    explicit Stranger(std::uint32_t address, std::uint16_t port = 0) : Stranger() {
        sockaddr_in local{};
        local.sin_family = AF_INET;
        local.sin_addr.s_addr = htonl(address);
        local.sin_port = htons(port);
        if (::bind(handle_, reinterpret_cast<sockaddr*>(&local), sizeof local) != 0) {
            throw std::runtime_error("cannot bind the stranger's socket");
        }
    }
    ~Stranger() { ::close(handle_); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    [[nodiscard]] int handle() const { return handle_; }

private:
    int handle_;
};

class Peer {
public:
    Peer() {
        control_ = ::socket(AF_INET, SOCK_DGRAM, 0);
        stream_ = ::socket(AF_INET, SOCK_DGRAM, 0);
        std::random_device random;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        do {  // an exclusive bind of the standard port reserves the address
            address_ = 0x7F000000 | (random() & 0x00FFFFFE) | 0x00010002;
            address.sin_addr.s_addr = htonl(address_);
            address.sin_port = htons(3956);
        } while (::bind(control_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0);
        address.sin_port = 0;
        if (::bind(stream_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot bind the peer's stream socket");
        }
        socklen_t size = sizeof address;
        ::getsockname(stream_, reinterpret_cast<sockaddr*>(&address), &size);
        set(0x0000, 0x00020000);
        set(0x0008, 0x00000006);
        set(0x000C, 0xBE000000 | (address_ & 0xFFFFFF));
        set(0x0024, address_);
        set(0x0934, 0x00000002);  // WRITEMEM
        set(0x0938, 3000);
        set(0x0940, 1'000'000'000);
        set(0x092C, 0x80000000);  // SCSP
        set(0x0D1C, ntohs(address.sin_port));
        set(0x0D04, 0x40000000 | 576);
        thread_ = std::thread([this] { serve(); });
    }
    ~Peer() {
        stopping_ = true;
        thread_.join();
        ::close(control_);
        ::close(stream_);
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] std::uint32_t address() const { return address_; }
    void set(std::uint32_t at, std::uint32_t value) {
        const std::lock_guard lock(mutex_);
        put_word(space_, at, value);
    }
    [[nodiscard]] std::uint32_t get(std::uint32_t at) const {
        const std::lock_guard lock(mutex_);
        return word(space_, at);
    }
    [[nodiscard]] std::vector<Request> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    [[nodiscard]] std::size_t count(std::uint16_t code, std::uint32_t at) const {
        const auto all = requests();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const Request& one) { return one.code == code && one.address == at; }));
    }
    void forget_requests() {
        const std::lock_guard lock(mutex_);
        requests_.clear();
    }

    // Called before the peer answers by itself: what it returns is sent instead, nothing when it returns {}.
    using Answers = std::vector<Wire>;
    void script(std::function<bool(const Request&, Answers&)> script) {
        const std::lock_guard lock(mutex_);
        script_ = std::move(script);
    }
    static Wire acknowledge(std::uint16_t status, std::uint16_t code, std::uint16_t id, const Wire& data = {}) {
        Wire wire(8);
        put_word(wire, 0, std::uint32_t{status} << 16 | code);
        put_word(wire, 4, static_cast<std::uint32_t>(data.size()) << 16 | id);
        wire.insert(wire.end(), data.begin(), data.end());
        return wire;
    }

    std::atomic<bool> silent = false;
    std::atomic<unsigned> test_packet_limit = 0;   // largest packet that the path carries; 0: sends no test packets
    std::atomic<unsigned> packet_size_max = 9000;  // the device's own limit, to which it clamps

    // From the address and port of the stream channel, to where the host opened it.
    void stream(const Wire& datagram) { send_stream(stream_, datagram); }
    void send_stream(int socket, const Wire& datagram) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(get(0x0D18));
        to.sin_port = htons(static_cast<std::uint16_t>(get(0x0D00)));
        ::sendto(socket, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
    [[nodiscard]] bool something_came_to_the_stream_port() const {
        pollfd readable{stream_, POLLIN, 0};
        return ::poll(&readable, 1, 5000) == 1;
    }
    void take_from_the_stream_port() const {
        std::array<std::byte, 64> datagram{};
        static_cast<void>(::recv(stream_, datagram.data(), datagram.size(), MSG_DONTWAIT));
    }

private:
    void serve() {
        while (!stopping_) {
            pollfd readable{control_, POLLIN, 0};
            if (::poll(&readable, 1, 20) != 1) {
                continue;
            }
            Wire command(2048);
            Request request;
            socklen_t size = sizeof request.sender;
            const ssize_t length = ::recvfrom(control_, command.data(), command.size(), 0,
                                              reinterpret_cast<sockaddr*>(&request.sender), &size);
            if (length < 8 || command[0] != 0x42) {
                continue;
            }
            command.resize(static_cast<std::size_t>(length));
            for (const Wire& answer : answers(command, request)) {
                ::sendto(control_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&request.sender), size);
            }
        }
    }

    Answers answers(const Wire& command, Request& request) {
        request.code = static_cast<std::uint16_t>(word(command, 0) & 0xFFFF);
        request.id = static_cast<std::uint16_t>(word(command, 4) & 0xFFFF);
        request.address = command.size() >= 12 ? word(command, 8) : 0;
        request.value = request.code == 0x0086   ? static_cast<std::uint32_t>(command.size() - 12)
                        : request.code == 0x0084 ? word(command, 12) & 0xFFFF
                        : command.size() >= 16   ? word(command, 12)
                                                 : 0;
        request.last_packet = command.size() >= 20 ? word(command, 16) : 0;
        std::function<bool(const Request&, Answers&)> script;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            script = script_;
        }
        if (silent) {
            return {};
        }
        if (Answers scripted; script && script(request, scripted)) {
            return scripted;
        }
        return {plain_answer(command, request)};
    }

    Wire plain_answer(const Wire& command, const Request& request) {
        const auto ack = static_cast<std::uint16_t>(request.code + 1);
        const std::uint32_t at = request.address;
        const std::lock_guard lock(mutex_);
        const auto slice = [&](std::size_t from, std::size_t count) {
            return Wire(space_.begin() + static_cast<std::ptrdiff_t>(from),
                        space_.begin() + static_cast<std::ptrdiff_t>(from + count));
        };
        if (request.code == 0x0002) {
            return acknowledge(0, ack, request.id, slice(0, 248));
        }
        if (at % 4 != 0 || at + 540 > space_.size()) {
            return acknowledge(0x8003, ack, request.id);
        }
        switch (request.code) {
            case 0x0080:
                return acknowledge(0, ack, request.id, slice(at, 4));
            case 0x0082:
                write(at, request.value);
                return acknowledge(0, ack, request.id, {0, 0, 0, 1});
            case 0x0084: {
                Wire data = slice(at, request.value);
                data.insert(data.begin(), command.begin() + 8, command.begin() + 12);
                return acknowledge(0, ack, request.id, data);
            }
            case 0x0086:
                std::copy(command.begin() + 12, command.end(), space_.begin() + static_cast<std::ptrdiff_t>(at));
                return acknowledge(0, ack, request.id, {0, 0, 0, 0});
            default:
                return acknowledge(0x8001, ack, request.id);
        }
    }

    void write(std::uint32_t at, std::uint32_t value) {
        if (at != 0x0D04) {
            put_word(space_, at, value);
            return;
        }
        const std::uint32_t size = std::min<std::uint32_t>(value & 0xFFFF, packet_size_max);
        put_word(space_, at, (value & 0x7FFF0000) | size);
        if ((value & 0x80000000) != 0 && size <= test_packet_limit) {
            Wire packet(size - 28, 0xA5);
            std::fill_n(packet.begin(), 8, std::uint8_t{0});
            packet[4] = 3;
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_addr.s_addr = htonl(word(space_, 0x0D18));
            to.sin_port = htons(static_cast<std::uint16_t>(word(space_, 0x0D00)));
            ::sendto(stream_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
        }
    }

    int control_ = -1;
    int stream_ = -1;
    std::uint32_t address_ = 0;
    mutable std::mutex mutex_;
    Wire space_ = Wire(0x10000);
    std::vector<Request> requests_;
    std::function<bool(const Request&, Answers&)> script_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace vcxg::test
