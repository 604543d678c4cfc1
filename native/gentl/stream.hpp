// The data stream module: buffers, the receiver that fills them, and what both counted.
#pragma once

#include "gentl/buffer_pool.hpp"
#include "gentl/device.hpp"
#include "gentl/event_source.hpp"
#include "gentl/new_buffer_event.hpp"
#include "net/stream_receiver.hpp"

namespace vcxg::gentl {

class DataStream final : public ModulePort, public EventSource {
public:
    static constexpr const char* kKind = "data stream";
    // Opens the socket and negotiates the packet size (with control of the device only).
    explicit DataStream(std::shared_ptr<Device> device);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override;
    [[nodiscard]] PortFacts facts() const override;

    [[nodiscard]] InfoValue info(Command command) const;
    void start(std::int32_t flags, std::uint64_t frames);
    void stop(std::int32_t flags);  // no error when nothing runs, or when the camera is gone

    [[nodiscard]] BufferPool& pool() noexcept { return *pool_; }
    [[nodiscard]] std::shared_ptr<Buffer> buffer(Handle handle) const;  // kInvalidHandle for another stream's
    [[nodiscard]] const std::shared_ptr<Device>& device() const noexcept { return device_; }

private:
    [[nodiscard]] std::shared_ptr<Event> open_event(std::int32_t type) override;
    void describe();
    void describe_channel();
    void describe_options();
    void describe_statistics();
    void configure(const std::function<void(net::StreamOptions&)>& change);  // for the next acquisition
    void reopen(const net::StreamOptions& options);  // another socket, and the packet size negotiated anew
    void stop_locked(std::int32_t flags) noexcept;
    [[nodiscard]] std::shared_ptr<net::StreamReceiver> receiver() const;  // kInvalidHandle once closed
    [[nodiscard]] gige::StreamStatistics statistics() const;
    [[nodiscard]] std::uint64_t underruns() const;
    [[nodiscard]] bool is_grabbing() const;
    [[nodiscard]] const char* lock_reason() const;  // of the features that an acquisition relies on; nullptr: none

    std::shared_ptr<Device> device_;
    Claim claim_;
    std::shared_ptr<BufferPool> pool_;

    std::mutex acquisition_mutex_;  // start and stop, one at a time; may be held while the camera is asked
    mutable std::mutex mutex_;      // the pointers and flags below, never held while anything waits
    std::shared_ptr<net::StreamReceiver> receiver_;
    bool running_ = false, closed_ = false;
};

}  // namespace vcxg::gentl
