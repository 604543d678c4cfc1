// One stream channel of one device: its socket, the packet size, and the thread that reassembles blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gige/frame.hpp"
#include "net/control_channel.hpp"

namespace vcxg::net {

struct StreamOptions {
    std::uint32_t channel = 0;
    std::uint16_t host_port = 0;            // 0: the system chooses
    std::size_t socket_buffer = 32u << 20;  // asked for; see StreamReceiver::socket_buffer for what was granted
    std::uint16_t packet_size_max = 9000;   // SCPS to try first; also bounded by the interface's MTU
};

class StreamReceiver {
public:
    // Binds the socket and negotiates the packet size by test packets (largest first, then bisection; a device that sends
    // none keeps the size it had). With read-only access nothing is written to the device.
    StreamReceiver(ControlChannel& control, StreamOptions options = {});
    ~StreamReceiver();  // stops
    StreamReceiver(const StreamReceiver&) = delete;
    StreamReceiver& operator=(const StreamReceiver&) = delete;

    // Opens the channel on the device (SCDA, SCP), reads SCPS back, starts the thread. The device begins to send when its
    // AcquisitionStart is executed by the consumer, not here.
    void start(gige::FrameSink& sink, std::size_t payload_size);
    // Ends the thread; open blocks go back through the sink; SCP = 0 when the device still answers. Idempotent.
    void stop() noexcept;

    [[nodiscard]] std::uint16_t packet_size() const noexcept;    // SCPS in force, as read back
    [[nodiscard]] bool packet_size_negotiated() const noexcept;  // a test packet of that size arrived
    [[nodiscard]] std::size_t socket_buffer() const noexcept;    // bytes granted by the system
    [[nodiscard]] std::uint16_t host_port() const noexcept;
    [[nodiscard]] gige::StreamStatistics statistics() const noexcept;  // any thread; since the last start

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
