// The reader of the golden files takes the format of tests/golden/README.md and refuses everything else.
#include <sstream>

#include "check.hpp"
#include "golden.hpp"

namespace {

vcxg::golden::Entries parsed(const std::string& text) {
    std::istringstream stream(text);
    return vcxg::golden::parse(stream, "text");
}

std::string complaint(const std::string& text) {
    return vcxg::check::thrown_by<std::runtime_error>([&] { parsed(text); }).what();
}

}  // namespace

TEST(an_entry_may_go_on_over_lines_with_comments) {
    const auto entries = parsed("# head\nONE = 42 01  # why\n    0080\n\nTWO = ff\n");
    CHECK_EQ(entries.size(), 2u);
    const std::vector<std::byte> one{std::byte{0x42}, std::byte{0x01}, std::byte{0x00}, std::byte{0x80}};
    CHECK(entries.at("ONE") == one);
    CHECK(entries.at("TWO") == std::vector<std::byte>{std::byte{0xFF}});
}

TEST(a_typing_error_is_refused_with_its_line) {
    CHECK_EQ(complaint("ONE = 42 0"), "text:1: half a byte");
    CHECK_EQ(complaint("ONE = 42 0g"), "text:1: not a hex digit: 'g'");
    CHECK_EQ(complaint("ONE = 42\nONE = 43"), "text:2: ONE stands there twice");
    CHECK_EQ(complaint("    42"), "text:1: a continuation line stands before the first entry");
    CHECK_EQ(complaint("ONE 42"), "text:1: expected 'NAME = hex bytes'");
}

TEST(a_missing_file_is_named) {
    const auto error = vcxg::check::thrown_by<std::runtime_error>([] { vcxg::golden::load("nothing"); });
    CHECK(std::string(error.what()).ends_with("/golden/nothing.txt"));
}

TEST(the_golden_files_load) {
    CHECK(vcxg::golden::load("gvcp").size() > 50);
    CHECK(vcxg::golden::load("gvsp").size() > 30);
    CHECK(vcxg::golden::load("mono12p").size() > 20);
}
