// A GigE Vision device of the fewest features, on a loopback address of its own, for tests of the producer.
// It spells the protocol itself (GVCP 1.2 and GVSP with 16-bit block ids), so that it can disagree with the producer.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace vcxg::testing {

using Packet = std::vector<std::uint8_t>;

inline void put16(Packet& packet, unsigned value) {
    packet.push_back(static_cast<std::uint8_t>(value >> 8));
    packet.push_back(static_cast<std::uint8_t>(value));
}
inline void put32(Packet& packet, std::uint32_t value) {
    put16(packet, value >> 16);
    put16(packet, value & 0xFFFF);
}
inline std::uint32_t get32(const std::uint8_t* bytes) {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) |
           bytes[3];
}

struct Block {
    unsigned id = 1;
    std::uint64_t timestamp = 0;
    std::uint32_t width = 64, height = 32, pixel_format = 0x01080001;  // Mono8
    std::uint32_t padding_x = 0;
    Packet payload;                  // image, and chunks behind it
    unsigned payload_type = 0x0001;  // 1 image, 4 chunk data, 5 extended chunk data, 0x4001 image with chunks
    std::uint32_t chunk_size = 0;    // what the trailer tells as the length of the chunk data
    std::set<unsigned> dropped;      // packet ids that are not sent
};

class FakeCamera {
public:
    static constexpr std::uint32_t kXmlAddress = 0x10000;

    explicit FakeCamera(std::string serial) : serial_(std::move(serial)) {
        bind_to_free_address();
        set_text(0x48, 32, "Tests");
        set_text(0x68, 32, "FakeCamera");
        set_text(0x88, 32, "1.2.3");
        set_text(0xA8, 48, "info");
        set_text(0xD8, 16, serial_);
        set_text(0xE8, 16, "bench");
        set_xml("fake.xml", "<RegisterDescription/>");
        registers_[0x0000] = 0x00010002;
        registers_[0x0004] = 0x80000001;
        registers_[0x0008] = 0x0000AABB;
        registers_[0x000C] = address_;  // the address makes the MAC unique
        registers_[0x0014] = 4;
        registers_[0x0024] = address_;
        registers_[0x0034] = 0xFF000000;
        registers_[0x0904] = 1;
        registers_[0x0934] = 0x40000002;  // WRITEMEM, serial number
        registers_[0x0938] = 3000;
        registers_[0x0940] = 125'000'000;  // ticks per second: 8 ns each
        registers_[0x0D04] = 576;
        thread_ = std::thread([this] { serve(); });
    }
    ~FakeCamera() {
        stopping_ = true;
        thread_.join();
        close(socket_);
    }
    FakeCamera(const FakeCamera&) = delete;
    FakeCamera& operator=(const FakeCamera&) = delete;

    [[nodiscard]] std::string ip() const {
        in_addr in{htonl(address_)};
        return inet_ntoa(in);
    }
    [[nodiscard]] const std::string& serial() const { return serial_; }
    void set_silent(bool silent) { silent_ = silent; }  // as if unplugged
    void set_controller(std::uint64_t who) {            // another application, by any number
        const std::lock_guard lock(mutex_);
        controller_ = who;
    }
    void set_register(std::uint32_t address, std::uint32_t value) {
        const std::lock_guard lock(mutex_);
        registers_[address] = value;
    }
    [[nodiscard]] std::uint32_t get_register(std::uint32_t address) {
        const std::lock_guard lock(mutex_);
        return registers_[address];
    }
    void set_text(std::uint32_t address, std::size_t size, const std::string& text) {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < size; i += 4) {
            std::uint8_t bytes[4] = {};
            for (std::size_t k = 0; k < 4 && i + k < text.size(); ++k)
                bytes[k] = static_cast<std::uint8_t>(text[i + k]);
            registers_[address + static_cast<std::uint32_t>(i)] = get32(bytes);
        }
    }
    void set_xml(const std::string& name, const std::string& xml) {
        char url[128];
        std::snprintf(url, sizeof url, "Local:%s;%X;%zX?SchemaVersion=1.1.0", name.c_str(), kXmlAddress, xml.size());
        set_text(0x200, 512, url);
        set_text(kXmlAddress, (xml.size() + 3) / 4 * 4, xml);
    }

    // Sends one block to SCDA:SCP, as a camera with the packet size of SCPS would.
    void send(const Block& block) {
        const std::size_t step = (get_register(0x0D04) & 0xFFFF) - 36;
        const unsigned type = block.payload_type;
        const unsigned packets = static_cast<unsigned>((block.payload.size() + step - 1) / step);
        Packet leader = header(block.id, 1, 0);
        put16(leader, 0);
        put16(leader, type);
        put32(leader, static_cast<std::uint32_t>(block.timestamp >> 32));
        put32(leader, static_cast<std::uint32_t>(block.timestamp));
        if (type != 4) {
            put32(leader, block.pixel_format);
            put32(leader, block.width);
            put32(leader, block.height);
            for (const std::uint32_t field : {0u, 0u, block.padding_x << 16}) put32(leader, field);  // offsets, padding
        }
        if (!block.dropped.contains(0)) send_to_host(leader);
        for (unsigned i = 0; i < packets; ++i) {
            if (block.dropped.contains(i + 1)) continue;
            Packet packet = header(block.id, 3, i + 1);
            const auto from = block.payload.begin() + static_cast<std::ptrdiff_t>(i * step);
            const auto left = static_cast<std::size_t>(block.payload.end() - from);
            packet.insert(packet.end(), from, from + static_cast<std::ptrdiff_t>(std::min(step, left)));
            send_to_host(packet);
        }
        Packet trailer = header(block.id, 2, packets + 1);
        put16(trailer, 0);
        put16(trailer, type);
        constexpr std::uint32_t kLayoutId = 7;
        if (type == 1) put32(trailer, block.height);
        if (type == 4) put32(trailer, block.chunk_size);
        if (type == 5)
            for (const std::uint32_t field : {block.chunk_size, block.height, kLayoutId}) put32(trailer, field);
        if (type == 0x4001) {
            for (const std::uint32_t field : {block.height, block.chunk_size, kLayoutId}) put32(trailer, field);
        }
        if (!block.dropped.contains(packets + 1)) send_to_host(trailer);
    }

private:
    static Packet header(unsigned block_id, unsigned format, unsigned packet_id) {
        Packet packet;
        put16(packet, 0);
        put16(packet, block_id);
        put32(packet, (format << 24) | packet_id);
        return packet;
    }

    void bind_to_free_address() {
        std::random_device random;
        for (int attempt = 0; attempt < 50; ++attempt) {
            address_ = 0x7F000000 | (std::uniform_int_distribution<std::uint32_t>(0x010002, 0xFEFFFE)(random));
            socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            const sockaddr_in own = to_sockaddr(address_, 3956);
            if (bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0) return;
            close(socket_);
        }
        throw std::runtime_error("no free loopback address");
    }

    static sockaddr_in to_sockaddr(std::uint32_t address, unsigned port) {
        sockaddr_in result{};
        result.sin_family = AF_INET;
        result.sin_port = htons(static_cast<std::uint16_t>(port));
        result.sin_addr.s_addr = htonl(address);
        return result;
    }

    void send_to_host(const Packet& packet) {
        const sockaddr_in host = to_sockaddr(get_register(0x0D18), get_register(0x0D00) & 0xFFFF);
        if (host.sin_port != 0) {
            (void)sendto(socket_, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&host),
                         sizeof host);
        }
    }

    void serve() {
        while (!stopping_) {
            pollfd wait{socket_, POLLIN, 0};
            if (poll(&wait, 1, 20) <= 0) continue;
            std::uint8_t command[1024];
            sockaddr_in sender{};
            socklen_t size = sizeof sender;
            const auto length =
                recvfrom(socket_, command, sizeof command, 0, reinterpret_cast<sockaddr*>(&sender), &size);
            if (length < 8 || command[0] != 0x42 || silent_) continue;
            const Packet answer = execute(command, static_cast<std::size_t>(length), sender);
            if (answer.empty() || (command[1] & 1) == 0) continue;
            (void)sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&sender), size);
        }
    }

    Packet execute(const std::uint8_t* command, std::size_t length, const sockaddr_in& sender) {
        const unsigned code = static_cast<unsigned>(command[2] << 8 | command[3]);
        const unsigned id = static_cast<unsigned>(command[6] << 8 | command[7]);
        const std::uint64_t who = (std::uint64_t{sender.sin_addr.s_addr} << 16) | sender.sin_port;
        Packet data;
        unsigned status = 0;
        const std::uint32_t address = length >= 12 ? get32(command + 8) : 0;
        if (code == 0x0002) {
            for (std::uint32_t at = 0; at < 0xF8; at += 4) put32(data, get_register(at));
        } else if (code == 0x0080) {
            status = readable(address) ? 0 : 0x8003;
            if (status == 0) put32(data, get_register(address));
        } else if (code == 0x0082) {
            status = write(address, get32(command + 12), who);
            put32(data, status == 0 ? 1 : 0);
        } else if (code == 0x0084) {
            const std::uint32_t count = get32(command + 12) & 0xFFFF;
            put32(data, address);
            for (std::uint32_t at = address; at < address + count; at += 4) put32(data, get_register(at));
        } else if (code == 0x0086) {
            for (std::size_t at = 12; at + 4 <= length && status == 0; at += 4) {
                status = write(address + static_cast<std::uint32_t>(at - 12), get32(command + at), who);
            }
            put32(data, static_cast<std::uint32_t>(length - 12));
        } else if (code == 0x0100) {
            if (!acts(command + 8, length - 8)) return {};
        } else if (code == 0x0004) {
            status = force_ip(command + 8, length - 8);
        } else {
            status = 0x8001;
        }
        if (status != 0) data.clear();
        Packet answer;
        put16(answer, status);
        put16(answer, code + 1);
        put16(answer, static_cast<unsigned>(data.size()));
        put16(answer, id);
        answer.insert(answer.end(), data.begin(), data.end());
        return answer;
    }

    // Device key, group key and group mask are where the standard has them. Register 0x9808 counts (of these tests only).
    bool acts(const std::uint8_t* data, std::size_t size) {
        const std::lock_guard lock(mutex_);
        const bool meant = size >= 12 && get32(data) == registers_[0x090C] && get32(data + 4) == registers_[0x9800] &&
                           (get32(data + 8) & registers_[0x9804]) != 0;
        if (meant) ++registers_[0x9808];
        return meant;
    }

    // Only the address that is told changes: the socket stays where it is, as on a host that knows both.
    unsigned force_ip(const std::uint8_t* data, std::size_t size) {
        const std::lock_guard lock(mutex_);
        if (size != 56 || get32(data) != registers_[0x0008] || get32(data + 4) != registers_[0x000C]) return 0x8002;
        if (controller_ != 0) return 0x8006;
        registers_[0x0024] = get32(data + 20);
        registers_[0x0034] = get32(data + 36);
        registers_[0x0044] = get32(data + 52);
        return 0;
    }

    bool readable(std::uint32_t address) {
        const std::lock_guard lock(mutex_);
        return address < 0xA000 || registers_.contains(address);
    }

    unsigned write(std::uint32_t address, std::uint32_t value, std::uint64_t who) {
        {
            const std::lock_guard lock(mutex_);
            if (controller_ != 0 && controller_ != who) return 0x8006;
            if (address == 0x0A00) controller_ = value == 0 ? 0 : who;
            registers_[address] = address == 0x0D04 ? value & 0x4000FFFF : value;
            if (address == 0x0A00 && value == 0) registers_[0x0D00] = 0;
        }
        if (address == 0x0D04 &&
            (value & 0x80000000) != 0) {  // fire test packet; what does not fit the link is not sent
            Packet test = header(0, 3, 0);
            test.resize((value & 0xFFFF) - 28);
            if ((value & 0xFFFF) <= 9000) send_to_host(test);
        }
        return 0;
    }

    std::string serial_;
    std::uint32_t address_ = 0;
    int socket_ = -1;
    std::atomic<bool> stopping_ = false, silent_ = false;
    std::mutex mutex_;
    std::map<std::uint32_t, std::uint32_t> registers_;
    std::uint64_t controller_ = 0;
    std::thread thread_;
};

}  // namespace vcxg::testing
