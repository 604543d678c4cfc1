// The search against devices and networks made of one line each.
#include <vector>

#include "check.hpp"
#include "gige/packet_size_search.hpp"

using vcxg::gige::find_packet_size;

TEST(the_largest_size_is_taken_at_once_when_it_arrives) {
    std::vector<int> asked;
    const auto found = find_packet_size(576, 9000, [&](std::uint16_t size) {
        asked.push_back(size);
        return size;
    });
    CHECK_EQ(found.size, 9000);
    CHECK(found.proven);
    CHECK_EQ(asked.size(), 1u);
}

TEST(what_the_device_made_of_the_size_counts) {
    const auto found = find_packet_size(576, 9000, [](std::uint16_t) { return std::uint16_t{8228}; });
    CHECK_EQ(found.size, 8228);
    CHECK(found.proven);
}

TEST(a_network_that_carries_less_is_searched_by_bisection) {
    int probes = 0;
    const auto found = find_packet_size(576, 9000, [&](std::uint16_t size) {
        ++probes;
        return size <= 4078 ? size : std::uint16_t{0};
    });
    CHECK(found.proven);
    CHECK(found.size <= 4078 && found.size > 4078 - 16 - 4);
    CHECK_EQ(found.size % 4, 0);
    CHECK(probes <= 12);
}

TEST(a_tunnel_that_carries_less_than_ethernet_starts_from_the_size_in_force) {
    const auto found =
        find_packet_size(576, 9000, [](std::uint16_t size) { return size <= 1400 ? size : std::uint16_t{0}; });
    CHECK(found.proven);
    CHECK(found.size <= 1400 && found.size > 1380);
}

TEST(a_device_without_test_packets_keeps_its_size) {
    int probes = 0;
    const auto found = find_packet_size(1400, 9000, [&](std::uint16_t) {
        ++probes;
        return std::uint16_t{0};
    });
    CHECK_EQ(found.size, 1400);
    CHECK(!found.proven);
    CHECK_EQ(probes, 3);
}

TEST(a_device_with_coarse_steps_ends_the_search) {
    int probes = 0;
    const auto found = find_packet_size(576, 9000, [&](std::uint16_t size) {
        ++probes;
        const auto rounded = static_cast<std::uint16_t>(size / 1000 * 1000);
        return rounded <= 5000 ? rounded : std::uint16_t{0};
    });
    CHECK_EQ(found.size, 5000);
    CHECK(probes <= 12);
}
