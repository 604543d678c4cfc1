// The producer's GVCP against the golden bytes: the commands that it sends and the acknowledges that it reads.
// PACKETRESEND, EVENT, EVENTDATA and ACTION are not spoken by the producer yet.
#include <algorithm>

#include "check.hpp"
#include "gige/gvcp.hpp"
#include "gige/transaction.hpp"
#include "golden.hpp"

namespace gvcp = vcxg::gige::gvcp;
using namespace std::chrono_literals;
using vcxg::gige::ConstBytes;

namespace {

const std::vector<std::byte>& golden(std::string_view name) {
    static const auto entries = vcxg::golden::load("gvcp");
    const auto entry = entries.find(name);
    if (entry == entries.end()) {
        throw std::runtime_error("no golden entry " + std::string(name));
    }
    return entry->second;
}

gvcp::Acknowledge acknowledge(std::string_view name) {
    return gvcp::parse_acknowledge(golden(name)).value();
}

std::vector<std::byte> text(std::string_view characters, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::transform(characters.begin(), characters.end(), bytes.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

bool same(ConstBytes left, ConstBytes right) {
    return std::ranges::equal(left, right);
}

}  // namespace

TEST(commands_are_sent_as_written_down) {
    CHECK(gvcp::discovery(0xFFFF) == golden("DISCOVERY_CMD"));
    CHECK(gvcp::force_ip(0x0010, {0x00, 0x06, 0xBE, 0x12, 0x34, 0x56}, 0x0A000007, 0xFFFFFF00, 0x0A000001) ==
          golden("FORCEIP_CMD"));
    CHECK(gvcp::read_register(0x0007, 0x0A00) == golden("READREG_CCP"));
    CHECK(gvcp::read_register(0x001B, 0xFFF0) == golden("READREG_UNKNOWN"));
    CHECK(gvcp::write_register(0x0009, 0x0A00, 2) == golden("WRITEREG_CCP_CONTROL"));
    CHECK(gvcp::write_register(0x000A, 0x0A00, 1) == golden("WRITEREG_CCP_EXCLUSIVE"));
    CHECK(gvcp::write_register(0x000B, 0x0A00, 0) == golden("WRITEREG_CCP_RELEASE"));
    CHECK(gvcp::write_register(0x000D, 0x0D04, 0xC0002328) == golden("WRITEREG_SCPS_FIRE_TEST_PACKET"));
    CHECK(gvcp::read_memory(0x000E, 0x0068, 32) == golden("READMEM_MODEL_NAME"));
    CHECK(gvcp::read_memory(0x000F, 0x0A00, 4) == golden("READMEM_CCP"));
    CHECK(gvcp::write_memory(0x0010, 0x00E8, text("golden", 16)) == golden("WRITEMEM_USER_NAME"));
    CHECK(gvcp::action(0x0019, {0x11223344, 5, 1}, true) == golden("ACTION_CMD"));
    CHECK(gvcp::action(0x001A, {0x11223344, 5, 1, 0x0123456789}, true) == golden("ACTION_CMD_SCHEDULED"));
}

TEST(an_id_is_put_into_a_command_without_changing_the_rest) {
    gvcp::Datagram command = gvcp::read_register(0, 0x0A00);
    gvcp::set_request_id(command, 0x0007);
    CHECK(command == golden("READREG_CCP"));
}

TEST(a_discovery_acknowledge_tells_who_the_device_is) {
    const auto answer = acknowledge("DISCOVERY_ACK");
    CHECK_EQ(answer.status, gvcp::kSuccess);
    CHECK_EQ(answer.code, 0x0003);
    CHECK_EQ(answer.id, 0xFFFF);
    const auto identity = gvcp::parse_identity(answer.data).value();
    CHECK_EQ(identity.spec_major, 2);
    CHECK_EQ(identity.spec_minor, 0);
    CHECK(identity.mac == (std::array<std::uint8_t, 6>{0x00, 0x06, 0xBE, 0x12, 0x34, 0x56}));
    CHECK_EQ(identity.ip_config_supported, 7u);
    CHECK_EQ(identity.ip_config_current, 6u);
    CHECK_EQ(identity.address, 0x0A000007u);
    CHECK_EQ(identity.netmask, 0xFFFFFF00u);
    CHECK_EQ(identity.gateway, 0x0A000001u);
    CHECK_EQ(identity.manufacturer, "Baumer");
    CHECK_EQ(identity.model, "VCXG-124M");
    CHECK_EQ(identity.version, "R4.4.0");
    CHECK_EQ(identity.manufacturer_info, "F:1/C:2/BL3:4");
    CHECK_EQ(identity.serial_number, "700000000001");
    CHECK_EQ(identity.user_name, "golden");
}

TEST(a_discovery_acknowledge_may_end_behind_the_address) {
    const ConstBytes whole = acknowledge("DISCOVERY_ACK").data;
    const auto identity = gvcp::parse_identity(whole.first(40)).value();
    CHECK_EQ(identity.address, 0x0A000007u);
    CHECK_EQ(identity.serial_number, "");
    CHECK(!gvcp::parse_identity(whole.first(39)));
}

TEST(register_values_are_read) {
    CHECK_EQ(gvcp::register_value(acknowledge("READREG_CCP_ACK_FREE")).value(), 0u);
    CHECK_EQ(gvcp::register_value(acknowledge("READREG_CCP_ACK_CONTROL")).value(), 2u);
    CHECK(!gvcp::register_value(acknowledge("READREG_TICK_FREQUENCY_ACK")));  // two values answer another question
}

TEST(memory_is_read_with_and_without_the_repeated_address) {
    const auto model = acknowledge("READMEM_MODEL_NAME_ACK");
    CHECK(same(gvcp::memory_content(model, 0x0068, 32).value(), text("VCXG-124M", 32)));
    CHECK(!gvcp::memory_content(model, 0x0048, 32));  // another address
    const auto free = acknowledge("READMEM_CCP_ACK_FREE");
    CHECK(same(gvcp::memory_content(free, 0x0A00, 4).value(), std::vector<std::byte>(4)));
    const auto bare = acknowledge("READMEM_CCP_ACK_WITHOUT_ADDRESS");
    CHECK_EQ(std::to_integer<int>(gvcp::memory_content(bare, 0x0A00, 4).value()[3]), 2);
}

TEST(refusals_are_read_with_and_without_an_index) {
    const std::pair<const char*, std::uint16_t> refusals[] = {
        {"READREG_UNKNOWN_ACK", 0x8003},
        {"READREG_UNALIGNED_ACK", 0x8005},
        {"READMEM_TOO_LONG_ACK", 0x8002},
        {"WRITEREG_READ_ONLY_ACK", 0x8004},
        {"WRITEREG_READ_ONLY_ACK_BARE", 0x8004},
        {"WRITEREG_SECOND_READ_ONLY_ACK", 0x8004},
        {"WRITEMEM_UNALIGNED_ACK", 0x8005},
        {"WRITEMEM_UNALIGNED_ACK_BARE", 0x8005},
        {"WRITEREG_CCP_CONTROL_ACK_DENIED", gvcp::kAccessDenied},
        {"WRITEREG_CCP_CONTROL_ACK_DENIED_BARE", gvcp::kAccessDenied},
        {"WRITEREG_CCP_CONTROL_ACK_BUSY", gvcp::kBusy},
        {"UNKNOWN_COMMAND_ACK", 0x8001},
        {"ACTION_ACK_LATE", 0x8016},
    };
    for (const auto& [name, status] : refusals) {
        CHECK_EQ(acknowledge(name).status, status);
        CHECK(gvcp::is_error(acknowledge(name).status));
    }
}

// A transaction that has just sent the command of this entry, under its own id.
class Sent {
public:
    explicit Sent(std::string_view name) {
        const auto& command = golden(name);
        const auto id = vcxg::gige::get_be<std::uint16_t>(command, 6);
        while (ids_.next() + 1 != id) {
        }
        transaction.emplace(ids_, command, gvcp::RetryPolicy{300ms, 4});
        CHECK(transaction->datagram() == command);
        transaction->sent(now);
    }
    bool handle(std::string_view name) { return transaction->handle_datagram(golden(name), now); }

    gvcp::TimePoint now{};
    std::optional<gvcp::Transaction> transaction;

private:
    gvcp::RequestIds ids_;
};

TEST(each_acknowledge_answers_its_command) {
    const std::pair<const char*, const char*> pairs[] = {
        {"READREG_CCP", "READREG_CCP_ACK_FREE"},
        {"READREG_CCP", "READREG_CCP_ACK_CONTROL"},
        {"WRITEREG_CCP_CONTROL", "WRITEREG_CCP_CONTROL_ACK"},
        {"WRITEREG_CCP_CONTROL", "WRITEREG_CCP_CONTROL_ACK_DENIED"},
        {"WRITEREG_CCP_CONTROL", "WRITEREG_CCP_CONTROL_ACK_DENIED_BARE"},
        {"WRITEREG_CCP_EXCLUSIVE", "WRITEREG_CCP_EXCLUSIVE_ACK"},
        {"WRITEREG_CCP_RELEASE", "WRITEREG_CCP_RELEASE_ACK"},
        {"WRITEREG_SCPS_FIRE_TEST_PACKET", "WRITEREG_SCPS_FIRE_TEST_PACKET_ACK"},
        {"READMEM_MODEL_NAME", "READMEM_MODEL_NAME_ACK"},
        {"READMEM_CCP", "READMEM_CCP_ACK_FREE"},
        {"READMEM_CCP", "READMEM_CCP_ACK_WITHOUT_ADDRESS"},
        {"WRITEMEM_USER_NAME", "WRITEMEM_USER_NAME_ACK"},
        {"READREG_UNKNOWN", "READREG_UNKNOWN_ACK"},
        {"WRITEREG_READ_ONLY", "WRITEREG_READ_ONLY_ACK"},
        {"WRITEREG_READ_ONLY", "WRITEREG_READ_ONLY_ACK_BARE"},
        {"WRITEMEM_UNALIGNED", "WRITEMEM_UNALIGNED_ACK_BARE"},
        {"READMEM_TOO_LONG", "READMEM_TOO_LONG_ACK"},
    };
    for (const auto& [command, answer] : pairs) {
        Sent sent(command);
        CHECK(!sent.handle("FORCEIP_ACK"));  // another code
        CHECK(!sent.handle("EVENT_ACK"));    // another id
        CHECK(sent.handle(answer));
        CHECK(sent.transaction->state() == gvcp::Transaction::State::answered);
    }
}

TEST(a_pending_acknowledge_moves_the_deadline_and_the_answer_still_counts) {
    Sent sent("WRITEREG_CCP_CONTROL");
    CHECK_EQ(gvcp::pending_milliseconds(acknowledge("PENDING_ACK")), 500);
    sent.now += 250ms;
    CHECK(sent.handle("PENDING_ACK"));
    CHECK(sent.transaction->deadline() == gvcp::TimePoint{} + 750ms);
    CHECK(sent.transaction->state() == gvcp::Transaction::State::waiting);
    CHECK(sent.handle("WRITEREG_CCP_CONTROL_ACK"));
    CHECK(sent.transaction->state() == gvcp::Transaction::State::answered);
    CHECK_EQ(sent.transaction->transmissions(), 1u);
}

TEST(a_busy_device_is_asked_again_under_a_new_id) {
    Sent sent("WRITEREG_CCP_CONTROL");
    CHECK(sent.handle("WRITEREG_CCP_CONTROL_ACK_BUSY"));
    CHECK(sent.transaction->state() == gvcp::Transaction::State::waiting);
    sent.transaction->handle_timer(sent.transaction->deadline());
    CHECK(sent.transaction->state() == gvcp::Transaction::State::sending);
    gvcp::Datagram again = golden("WRITEREG_CCP_CONTROL");
    gvcp::set_request_id(again, 0x000A);
    CHECK(sent.transaction->datagram() == again);
}
