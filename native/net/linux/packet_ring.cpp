#include "net/linux/packet_ring.hpp"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>

#include "gige/bytes.hpp"

namespace vcxg::net::linux_calls {
namespace {

using gige::ConstBytes;
using gige::get_be;

constexpr std::size_t kBlockSize = 256 * 1024;  // two milliseconds at GigE rate
constexpr std::size_t kBlocks = 128;
constexpr unsigned kRetireMilliseconds = 1;
constexpr std::size_t kUdpHeader = 8;

enum class Place { packet_socket, udp_socket };

// The packets of a stream that go through the ring, as a program for the kernel: payload packets without an error, with an id
// in the bulk. On a packet socket the data begin with the IP header, on a UDP socket with the UDP header.
std::vector<sock_filter> bulk_filter(Place place, Endpoint local, const Bulk& bulk) {
    const bool tap = place == Place::packet_socket;
    constexpr auto kPass = 0x40000u;
    constexpr auto kNetwork = static_cast<std::uint32_t>(SKF_NET_OFF);
    constexpr std::uint8_t kYes = 254, kNo = 255;  // replaced by the distance to the ends below
    std::vector<sock_filter> code;
    const auto load = [&](std::uint16_t size, std::uint16_t mode, std::uint32_t offset) {
        code.push_back(BPF_STMT(static_cast<std::uint16_t>(BPF_LD | size | mode), offset));
    };
    const auto jump = [&](std::uint16_t test, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
        code.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, yes, no));
    };
    if (tap) {
        load(BPF_B, BPF_ABS, 9);
        jump(BPF_JEQ, IPPROTO_UDP, 0, kNo);
        load(BPF_H, BPF_ABS, 6);
        jump(BPF_JSET, 0x3FFF, kNo, 0);  // a fragment: the UDP socket gets the whole
        load(BPF_W, BPF_ABS, 16);
        jump(BPF_JEQ, local.address, 0, kNo);
        code.push_back(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0));  // X = length of the IP header
    } else {
        code.push_back(BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 0));
    }
    load(BPF_W, BPF_ABS, kNetwork + 12);
    jump(BPF_JEQ, bulk.source.address, 0, kNo);
    load(BPF_W, BPF_IND, 0);
    jump(BPF_JEQ, std::uint32_t{bulk.source.port} << 16 | local.port, 0, kNo);
    load(BPF_H, BPF_IND, kUdpHeader);
    jump(BPF_JSET, 0x8000, kNo, 0);
    load(BPF_B, BPF_IND, kUdpHeader + 4);
    jump(BPF_JEQ, 0x03, 2, 0);
    jump(BPF_JEQ, 0x83, 0, kNo);
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0));
    load(BPF_W, BPF_IND, kUdpHeader + 4);  // standard ids
    code.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x00FFFFFF));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
    load(BPF_W, BPF_IND, kUdpHeader + 16);  // extended ids
    jump(BPF_JEQ, 0, kNo, 0);
    jump(BPF_JGE, bulk.end_id, kNo, kYes);
    const std::size_t end = code.size();
    code.push_back(BPF_STMT(BPF_RET | BPF_K, tap ? kPass : 0));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, tap ? 0 : kPass));
    for (std::size_t i = 0; i < end; ++i) {
        for (auto* const distance : {&code[i].jt, &code[i].jf}) {
            if (*distance == kYes || *distance == kNo) {
                *distance = static_cast<std::uint8_t>(end - i - 1 + (*distance == kNo ? 1 : 0));
            }
        }
    }
    return code;
}

void attach(int handle, std::vector<sock_filter> code) {
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::setsockopt(handle, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
        throw system_failure("cannot filter the packets of the stream");
    }
}

// The system has not always looked at the checksum when it shows a packet.
bool checksum_holds(ConstBytes ip, std::size_t ip_header, ConstBytes udp) noexcept {
    if (get_be<std::uint16_t>(udp, 6) == 0) {
        return true;  // sent without
    }
    std::uint64_t sum = IPPROTO_UDP + udp.size();
    for (std::size_t i = 12; i < 20 && i < ip_header; i += 2) {
        sum += get_be<std::uint16_t>(ip, i);
    }
    std::size_t i = 0;
    for (; i + 4 <= udp.size(); i += 4) {
        sum += get_be<std::uint32_t>(udp, i);
    }
    for (; i < udp.size(); ++i) {
        sum += std::to_integer<std::uint64_t>(udp[i]) << (i % 2 == 0 ? 8 : 0);
    }
    while ((sum >> 16) != 0) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum == 0xFFFF;
}

}  // namespace

PacketRing::PacketRing(int handle, Endpoint local, const Bulk& bulk) : udp_(handle), bulk_(bulk) {
    bursts_.reserve(StreamSocket::kBatch);
    try {
        open(local, bulk);
    } catch (...) {
        close();
        throw;
    }
}

PacketRing::~PacketRing() {
    const int unused = 0;
    ::setsockopt(udp_, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
    close();
}

void PacketRing::open(Endpoint local, const Bulk& bulk) {
    packets_ = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);  // protocol 0: nothing comes before all is set
    if (packets_ < 0) {
        throw system_failure("cannot create a packet socket");
    }
    attach(packets_, bulk_filter(Place::packet_socket, local, bulk));
    const int version = TPACKET_V3;
    tpacket_req3 request{};
    request.tp_block_size = kBlockSize;
    request.tp_block_nr = kBlocks;
    request.tp_frame_size = 2048;  // without meaning in this version, but it must divide the block
    request.tp_frame_nr = kBlockSize / 2048 * kBlocks;
    request.tp_retire_blk_tov = kRetireMilliseconds;
    if (::setsockopt(packets_, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        ::setsockopt(packets_, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0) {
        throw system_failure("cannot set up a packet ring");
    }
    void* const memory = ::mmap(nullptr, kBlockSize * kBlocks, PROT_READ | PROT_WRITE, MAP_SHARED, packets_, 0);
    if (memory == MAP_FAILED) {
        throw system_failure("cannot map a packet ring");
    }
    memory_ = static_cast<std::byte*>(memory);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);  // and not all: those would come a second time on their way out
    if (::bind(packets_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw system_failure("cannot bind a packet socket");
    }
    attach(udp_, bulk_filter(Place::udp_socket, local, bulk));
}

void PacketRing::close() noexcept {
    if (memory_ != nullptr) {
        ::munmap(memory_, kBlockSize * kBlocks);
    }
    if (packets_ >= 0) {
        ::close(packets_);
    }
}

bool PacketRing::enter_block() noexcept {
    auto* const block = reinterpret_cast<tpacket_block_desc*>(memory_ + block_ * kBlockSize);
    const std::atomic_ref<std::uint32_t> status(block->hdr.bh1.block_status);
    const std::uint32_t now = status.load(std::memory_order_acquire);
    if ((now & TP_STATUS_USER) == 0) {
        return false;
    }
    in_block_ = true;
    left_ = block->hdr.bh1.num_pkts;
    next_ = reinterpret_cast<const std::byte*>(block) + block->hdr.bh1.offset_to_first_pkt;
    return true;
}

void PacketRing::leave_block() noexcept {
    auto* const block = reinterpret_cast<tpacket_block_desc*>(memory_ + block_ * kBlockSize);
    std::atomic_ref(block->hdr.bh1.block_status).store(TP_STATUS_KERNEL, std::memory_order_release);
    block_ = (block_ + 1) % kBlocks;
    in_block_ = false;
}

std::span<const Burst> PacketRing::take() noexcept {
    bursts_.clear();
    if (in_block_ && left_ == 0) {
        leave_block();  // only now: the batch before referred to it
    }
    if (!in_block_ && !enter_block()) {
        return {};
    }
    while (left_ > 0 && bursts_.size() < bursts_.capacity()) {
        tpacket3_hdr header;
        std::memcpy(&header, next_, sizeof header);
        add(next_);
        next_ += header.tp_next_offset;
        --left_;
    }
    return bursts_;
}

void PacketRing::add(const std::byte* packet) noexcept {
    tpacket3_hdr header;
    std::memcpy(&header, packet, sizeof header);
    const ConstBytes ip(packet + header.tp_net, header.tp_snaplen);
    if (header.tp_snaplen < header.tp_len || ip.size() < 20) {
        return;
    }
    const std::size_t ip_header = (std::to_integer<std::size_t>(ip[0]) & 0x0F) * 4;
    if (!gige::has(ip, ip_header, kUdpHeader)) {
        return;
    }
    const std::size_t length = get_be<std::uint16_t>(ip, ip_header + 4);
    if (length < kUdpHeader || !gige::has(ip, ip_header, length)) {
        return;
    }
    const ConstBytes udp = ip.subspan(ip_header, length);
    const bool looked_at = (header.tp_status & (TP_STATUS_CSUM_VALID | TP_STATUS_CSUMNOTREADY)) != 0;
    if (!looked_at && !checksum_holds(ip, ip_header, udp)) {
        return;  // missing then, and counted as that
    }
    // Packets aggregated on the way are all full, but for the last.
    bursts_.push_back({bulk_.source, udp.subspan(kUdpHeader), bulk_.segment});
}

std::uint32_t PacketRing::dropped() noexcept {
    tpacket_stats_v3 statistics{};  // since the last time
    socklen_t size = sizeof statistics;
    if (::getsockopt(packets_, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0) {
        dropped_ += statistics.tp_drops;
    }
    return dropped_;
}

}  // namespace vcxg::net::linux_calls
