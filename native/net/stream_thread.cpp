#include "net/stream_thread.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "net/pace.hpp"

namespace vcxg::net {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

// The statistics that a consumer reads after it has got a frame count that frame.
class StreamThread::PublishingSink final : public gige::FrameSink {
public:
    explicit PublishingSink(StreamThread& thread) : thread_(thread) {}
    void publishes(const gige::StreamStatistics& statistics) noexcept { statistics_ = &statistics; }
    std::optional<gige::Target> acquire() noexcept override { return thread_.sink_.acquire(); }
    void grow(const gige::Target& target, const gige::gvsp::Leader& leader, std::size_t in_place) noexcept override {
        thread_.sink_.grow(target, leader, in_place);
    }
    void deliver(const gige::Target& target, const gige::FrameResult& result) noexcept override {
        thread_.publish(*statistics_);
        thread_.sink_.deliver(target, result);
    }
    void give_back(const gige::Target& target) noexcept override { thread_.sink_.give_back(target); }

private:
    StreamThread& thread_;
    const gige::StreamStatistics* statistics_ = nullptr;
};

StreamThread::StreamThread(StreamSocket& socket, gige::FrameSink& sink, const StreamThreadConfig& config)
    : socket_(socket), sink_(sink), source_(config.source), dropped_before_(socket.dropped()), thread_([this, config] {
          run(config);
      }) {}

StreamThread::~StreamThread() {
    stop();
}

void StreamThread::stop() noexcept {
    if (!thread_.joinable()) {
        return;
    }
    stopping_ = true;
    socket_.wake();
    thread_.join();
}

void StreamThread::run(const StreamThreadConfig& config) {
    name_this_thread("vcxg-stream");
    priority_ = raise_this_thread();
    PublishingSink publishing(*this);
    gige::Assembler assembler(publishing, config.assembler);
    publishing.publishes(assembler.statistics());

    Pace pace(socket_.queue_size());
    Clock::time_point keep_alive = Clock::now();
    while (!stopping_) {
        const auto now = Clock::now();
        const auto bursts = socket_.take();
        for (const Burst& burst : bursts) {
            take_in(assembler, burst, now);
        }
        // Only once all that came until `now` has been taken in: this thread may have had to wait for its turn, and a block must
        // not be given up for packets that lie in the queue.
        if (socket_.drained()) {
            assembler.handle_timer(now);
            ask_again(assembler, config);
        }
        publish(assembler.statistics());
        // Stateful firewalls let the stream in as long as something goes out to where it comes from.
        if (source_.port != 0 && now >= keep_alive) {
            constexpr std::array<std::byte, 8> kNothing{};
            socket_.send_to(source_, kNothing);
            keep_alive = now + config.keep_alive_interval;
        }
        if (!socket_.drained()) {
            continue;
        }
        if (const auto duration = pace.sleep(assembler.outstanding(), now)) {
            nap(*duration);
        } else if (bursts.empty()) {
            const auto next = source_.port != 0 ? keep_alive : now + config.keep_alive_interval;
            socket_.wait(std::min(assembler.next_timer().value_or(next), next));
        }
    }
    assembler.stop();
    publish(assembler.statistics());
}

void StreamThread::take_in(gige::Assembler& assembler, const Burst& burst, gige::Assembler::TimePoint now) noexcept {
    const std::size_t segment = std::max<std::size_t>(burst.segment, 1);
    const bool known = burst.sender.address == source_.address;
    source_.port = known && source_.port == 0 ? burst.sender.port : source_.port;
    if (!known || burst.sender.port != source_.port) {
        foreign_ += std::max<std::size_t>((burst.bytes.size() + segment - 1) / segment, 1);
        return;
    }
    std::size_t at = 0;
    do {
        const std::size_t size = std::min(segment, burst.bytes.size() - at);
        assembler.receive(burst.bytes.subspan(at, size), now);
        at += size;
    } while (at < burst.bytes.size());
}

// From the stream's own socket: devices answer to the channel's destination, whoever of the application asks.
void StreamThread::ask_again(const gige::Assembler& assembler, const StreamThreadConfig& config) {
    for (const gige::ResendRequest& request : assembler.resend_requests()) {
        socket_.send_to({source_.address, gige::gvcp::kPort},
                        gige::packet_resend(request_ids_.next(), config.channel, request));
    }
}

void StreamThread::publish(const gige::StreamStatistics& assembled) noexcept {
    const std::lock_guard lock(statistics_mutex_);
    published_ = assembled;
    published_.packets_foreign = foreign_;
    published_.packets_dropped_by_kernel = socket_.dropped() - dropped_before_;
}

gige::StreamStatistics StreamThread::statistics() const noexcept {
    const std::lock_guard lock(statistics_mutex_);
    return published_;
}

}  // namespace vcxg::net
