// A test program in one header: TEST(a_sentence) { CHECK(...); CHECK_EQ(a, b); }. Include it once a program: it brings main.
// `test_program` runs every test, `test_program part_of_a_name` those that match. Exit code 1 when one failed or none matched.
#pragma once

#include <cstdio>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace vcxg::check {

struct Test {
    const char* name;
    void (*run)();
};

inline std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

inline int& failures() {
    static int count = 0;
    return count;
}

struct Registration {
    Registration(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

inline void report(const char* file, int line, const std::string& text) {
    ++failures();
    std::printf("%s:%d: %s\n", file, line, text.c_str());
}

template <typename Value>
concept Printable = requires(std::ostream& out, const Value& value) {
    out << value;
};

template <typename Value>
std::string show(const Value& value) {
    std::ostringstream out;
    if constexpr (std::is_enum_v<Value>) {
        out << +static_cast<std::underlying_type_t<Value>>(value);
    } else if constexpr (std::is_same_v<Value, bool>) {
        out << (value ? "true" : "false");
    } else if constexpr (std::is_integral_v<Value>) {
        out << +value;
    } else if constexpr (Printable<Value>) {
        out << value;
    } else {
        out << "(a value that does not print)";
    }
    return out.str();
}

template <typename Left, typename Right>
void equal(const Left& left, const Right& right, const char* text, const char* file, int line) {
    if (!(left == right)) {
        report(file, line, std::string(text) + ": " + show(left) + " != " + show(right));
    }
}

// The exception of type `Expected` that `call` throws. Throws itself when there is none, and lets others pass.
template <typename Expected, typename Call>
Expected thrown_by(Call&& call) {
    try {
        static_cast<void>(call());
    } catch (const Expected& error) {
        return error;
    }
    throw std::runtime_error("the expected exception was not thrown");
}

inline int run_all(std::string_view filter) {
    int ran = 0;
    for (const Test& test : tests()) {
        if (std::string_view(test.name).find(filter) == std::string_view::npos) {
            continue;
        }
        ++ran;
        const int before = failures();
        try {
            test.run();
        } catch (const std::exception& error) {
            report(test.name, 0, std::string("unexpected exception: ") + error.what());
        }
        std::printf("%s %s\n", failures() == before ? "ok    " : "FAILED", test.name);
        std::fflush(stdout);
    }
    std::printf("%d tests, %d failed checks\n", ran, failures());
    return ran > 0 && failures() == 0 ? 0 : 1;
}

}  // namespace vcxg::check

#define TEST(name)                                                                 \
    static void name();                                                            \
    static const ::vcxg::check::Registration registration_of_##name{#name, &name}; \
    static void name()
#define CHECK(condition)                                           \
    do {                                                           \
        if (!(condition)) {                                        \
            ::vcxg::check::report(__FILE__, __LINE__, #condition); \
        }                                                          \
    } while (false)
#define CHECK_EQ(left, right) ::vcxg::check::equal((left), (right), #left " == " #right, __FILE__, __LINE__)

int main(int argc, char** argv) {
#if defined(__unix__) || defined(__APPLE__)
    alarm(300);  // a test that hangs ends the program, not the machine's patience
#endif
    return vcxg::check::run_all(argc > 1 ? argv[1] : "");
}
