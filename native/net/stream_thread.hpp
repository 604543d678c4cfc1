// The thread that takes a stream's datagrams from the system, reassembles them, and keeps the stream alive.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

#include "gige/assembler.hpp"
#include "gige/transaction.hpp"
#include "net/stream_socket.hpp"
#include "net/thread_tools.hpp"

namespace vcxg::net {

struct StreamThreadConfig {
    Endpoint source{};  // the device's end of the channel; port 0: the first one seen is it
    std::uint16_t channel = 0;
    gige::AssemblerConfig assembler{};
    std::chrono::nanoseconds keep_alive_interval = std::chrono::seconds(20);
};

class StreamThread {
public:
    // Begins to receive. `socket` and `sink` outlive the thread.
    StreamThread(StreamSocket& socket, gige::FrameSink& sink, const StreamThreadConfig& config);
    ~StreamThread();  // stops
    StreamThread(const StreamThread&) = delete;
    StreamThread& operator=(const StreamThread&) = delete;

    void stop() noexcept;  // ends the thread; the buffers of open blocks go back through the sink. Idempotent
    [[nodiscard]] gige::StreamStatistics statistics() const noexcept;  // any thread
    [[nodiscard]] Priority priority() const noexcept { return priority_; }

private:
    class PublishingSink;

    void run(const StreamThreadConfig& config);
    void take_in(gige::Assembler& assembler, const Burst& burst, gige::Assembler::TimePoint now) noexcept;
    void ask_again(const gige::Assembler& assembler, const StreamThreadConfig& config);
    void publish(const gige::StreamStatistics& assembled) noexcept;

    StreamSocket& socket_;
    gige::FrameSink& sink_;
    Endpoint source_;
    gige::gvcp::RequestIds request_ids_;
    std::uint64_t foreign_ = 0;
    const std::uint32_t dropped_before_;
    std::atomic<bool> stopping_ = false;
    std::atomic<Priority> priority_ = Priority::ordinary;

    mutable std::mutex statistics_mutex_;  // taken once a batch and once a block
    gige::StreamStatistics published_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vcxg::net
