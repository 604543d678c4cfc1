// What the environment says about streams.
#include <cstdlib>

#include "check.hpp"
#include "net/failure.hpp"
#include "net/stream_options.hpp"

using namespace vcxg::net;
using vcxg::check::thrown_by;

namespace {

StreamOptions with(const char* key, const char* value) {
    setenv(key, value, 1);
    struct Unset {
        const char* key;
        ~Unset() { unsetenv(key); }
    } const unset{key};
    return with_environment({});
}

}  // namespace

TEST(without_variables_nothing_changes) {
    StreamOptions options;
    options.packet_size_max = 3000;
    CHECK_EQ(with_environment(options).packet_size_max, 3000);
    CHECK(with_environment(options).engine == ReceiveEngine::automatic);
    CHECK_EQ(with("VCXG124M_PACKET_SIZE_MAX", "").packet_size_max, 9000);
}

TEST(an_engine_is_chosen_by_its_name) {
    for (const ReceiveEngine engine : {ReceiveEngine::batches, ReceiveEngine::gro, ReceiveEngine::ring}) {
        CHECK(with("VCXG124M_RECEIVE_ENGINE", name(engine)).engine == engine);
    }
}

TEST(ports_are_one_or_a_range) {
    const StreamOptions one = with("VCXG124M_STREAM_PORTS", "50000");
    CHECK_EQ(one.host_ports.first, 50000);
    CHECK_EQ(one.host_ports.last, 50000);
    const StreamOptions range = with("VCXG124M_STREAM_PORTS", "50000-50007");
    CHECK_EQ(range.host_ports.first, 50000);
    CHECK_EQ(range.host_ports.last, 50007);
}

TEST(what_means_nothing_is_refused_with_what_is_allowed) {
    for (const auto& [key, value] :
         {std::pair{"VCXG124M_RECEIVE_ENGINE", "fast"}, std::pair{"VCXG124M_STREAM_PORTS", "0"},
          std::pair{"VCXG124M_STREAM_PORTS", "50007-50000"}, std::pair{"VCXG124M_STREAM_PORTS", "70000"},
          std::pair{"VCXG124M_STREAM_PORTS", "5000x"}, std::pair{"VCXG124M_PACKET_SIZE_MAX", "100"}}) {
        const Failure failure = thrown_by<Failure>([&] { return with(key, value); });
        CHECK_EQ(failure.kind(), Failure::Kind::invalid);
        CHECK(std::string(failure.what()).find(std::string(key) + "=" + value) == 0);
    }
    CHECK_EQ(with("VCXG124M_PACKET_SIZE_MAX", "1500").packet_size_max, 1500);
}
