// One stream channel of one device: its socket, the packet size, and the thread that reassembles blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gige/frame.hpp"
#include "net/control_channel.hpp"
#include "net/stream_options.hpp"
#include "net/thread_tools.hpp"

namespace vcxg::net {

class StreamReceiver {
public:
    // Binds the socket and negotiates the packet size by test packets (largest first, then bisection; a device that sends
    // none keeps the size it had). With read-only access nothing is written to the device.
    explicit StreamReceiver(ControlChannel& control, const StreamOptions& options = {});
    ~StreamReceiver();  // stops
    StreamReceiver(const StreamReceiver&) = delete;
    StreamReceiver& operator=(const StreamReceiver&) = delete;

    // Opens the channel on the device (SCDA, SCP), reads SCPS back, starts the thread. The device begins to send when its
    // AcquisitionStart is executed by the consumer, not here.
    void start(gige::FrameSink& sink, std::size_t payload_size);
    // Ends the thread; open blocks go back through the sink; SCP = 0 when the device still answers. Idempotent.
    void stop() noexcept;

    // What start() goes by from now on. Socket, ports and packet size were settled by the constructor.
    void configure(const StreamOptions& options);
    [[nodiscard]] StreamOptions options() const;

    // What the device offers.
    [[nodiscard]] bool resend_available() const noexcept;
    [[nodiscard]] bool extended_ids() const noexcept;  // in force

    [[nodiscard]] std::uint16_t packet_size() const noexcept;    // SCPS in force, as read back
    [[nodiscard]] bool packet_size_negotiated() const noexcept;  // a test packet of that size arrived
    [[nodiscard]] std::size_t socket_buffer() const noexcept;    // bytes granted by the system
    [[nodiscard]] std::uint16_t host_port() const noexcept;
    [[nodiscard]] ReceiveEngine engine() const noexcept;      // of the last start, never `automatic`
    [[nodiscard]] Priority thread_priority() const noexcept;  // granted to the receiving thread of the last start
    [[nodiscard]] gige::StreamStatistics statistics() const noexcept;  // any thread; since the last start

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
