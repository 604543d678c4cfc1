#include "gentl/stream.hpp"

namespace vcxg::gentl {
namespace {

// A receiver needs its control channel until its own end, whoever held it last.
struct Link {
    std::shared_ptr<net::ControlChannel> control;
    net::StreamReceiver receiver;
    Link(std::shared_ptr<net::ControlChannel> channel, const net::StreamOptions& options)
        : control(std::move(channel)), receiver(*control, options) {}
};

std::shared_ptr<net::StreamReceiver> receiver_on(std::shared_ptr<net::ControlChannel> control,
                                                 const net::StreamOptions& options) {
    auto link = std::make_shared<Link>(std::move(control), options);
    return {link, &link->receiver};
}

}  // namespace

DataStream::DataStream(std::shared_ptr<Device> device)
    : ModulePort({.port_name = "StreamPort",
                  .file_name = "vcxg124m_stream.xml",
                  .model = "DataStream",
                  .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1004"}),
      device_(std::move(device)),
      claim_("stream of " + device_claim(device_->listed().info), "the data stream of device " + device_->listed().id),
      pool_(std::make_shared<BufferPool>(device_->timestamp_frequency())),
      receiver_(receiver_on(device_->control(), net::with_environment({}))) {
    describe();
    describe_channel();
    describe_options();
    describe_statistics();
    nodes_.finish();
    if (receiver_->packet_size_negotiated()) device_->features_changed({"GevSCPSPacketSize"});
}

void DataStream::shutdown() noexcept {
    const std::lock_guard acquisition(acquisition_mutex_);
    stop_locked(stop_flag::kill);
    std::shared_ptr<net::StreamReceiver> receiver;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        receiver.swap(receiver_);
    }
    receiver.reset();
    claim_.release();
}

PortFacts DataStream::facts() const {
    return {.id = kStreamId,
            .vendor = kVendor,
            .model = kProducerModel,
            .version = kVersion,
            .module = "TLDataStream",
            .port_name = nodes_.port_name()};
}

std::shared_ptr<net::StreamReceiver> DataStream::receiver() const {
    const std::lock_guard lock(mutex_);
    if (closed_) throw Error(code::kInvalidHandle, "the data stream was closed meanwhile");
    if (receiver_ == nullptr)
        throw Error(code::kBusy, "the stream channel is not open: it is being opened anew, or that failed");
    return receiver_;
}

void DataStream::configure(const std::function<void(net::StreamOptions&)>& change) {
    const std::lock_guard acquisition(acquisition_mutex_);
    const auto receiver = this->receiver();
    net::StreamOptions options = receiver->options();
    change(options);
    receiver->configure(options);
}

// The old socket is closed first: it may hold the very port that is asked for. Should the new options be impossible, the
// old ones come back.
void DataStream::reopen(const net::StreamOptions& options) {
    const std::lock_guard acquisition(acquisition_mutex_);
    if (is_grabbing()) throw Error(code::kResourceInUse, lock_reason());
    stop_locked(stop_flag::kill);  // an acquisition that ended by its number of frames
    const auto control = device_->control();
    const net::StreamOptions before = receiver()->options();
    const auto replace = [&](std::shared_ptr<net::StreamReceiver> next) {
        const std::lock_guard lock(mutex_);
        receiver_.swap(next);
        return next;
    };
    replace(nullptr).reset();
    try {
        replace(receiver_on(control, options));
    } catch (...) {
        replace(receiver_on(control, before));
        throw;
    }
    device_->features_changed({"GevSCPSPacketSize"});
}

gige::StreamStatistics DataStream::statistics() const {
    return receiver()->statistics();
}

bool DataStream::is_grabbing() const {
    {
        const std::lock_guard lock(mutex_);
        if (!running_) return false;
    }
    return !pool_->counts().finished;
}

const char* DataStream::lock_reason() const {
    return is_grabbing() ? "an acquisition runs; stop it first" : nullptr;
}

void DataStream::start(std::int32_t flags, std::uint64_t frames) {
    if (flags != 0) throw Error(code::kInvalidParameter, "no start flag " + std::to_string(flags) + " (only 0)");
    if (frames == 0) throw Error(code::kInvalidParameter, "0 frames asked for; 1 or more, or all ones for no end");
    const std::lock_guard acquisition(acquisition_mutex_);
    if (is_grabbing()) throw Error(code::kResourceInUse, "the acquisition runs already");
    const auto receiver = this->receiver();
    if (device_->control()->access() == net::Access::read_only) {
        throw Error(code::kAccessDenied, "the device is open read-only; streaming needs control");
    }
    stop_locked(stop_flag::kill);  // an acquisition that ended by its number of frames
    pool_->begin(frames);
    try {
        receiver->start(*pool_, pool_->largest_buffer());
    } catch (...) {
        pool_->end();
        throw;
    }
    {
        const std::lock_guard lock(mutex_);
        running_ = true;
    }
    device_->features_changed({"GevSCPHostPort", "GevSCDA"});
    device_->request_feature("TLParamsLocked", "1");
}

void DataStream::stop(std::int32_t flags) {
    if (flags != stop_flag::standard && flags != stop_flag::kill) {
        throw Error(code::kInvalidParameter, "no stop flag " + std::to_string(flags) + " (0 or 1)");
    }
    const std::lock_guard acquisition(acquisition_mutex_);
    stop_locked(flags);
}

void DataStream::stop_locked(std::int32_t flags) noexcept {
    std::shared_ptr<net::StreamReceiver> receiver;
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(running_, false)) return;
        receiver = receiver_;
    }
    if (flags == stop_flag::standard && !device_->lost()) pool_->refuse_new_frames();
    receiver->stop();
    pool_->end();
    device_->features_changed({"GevSCPHostPort"});
    device_->request_feature("TLParamsLocked", "0");
}

std::shared_ptr<Buffer> DataStream::buffer(Handle handle) const {
    auto buffer = registry().get<Buffer>(handle);
    if (!pool_->owns(*buffer))
        throw Error(code::kInvalidHandle, "the buffer belongs to another data stream, or is revoked");
    return buffer;
}

std::shared_ptr<Event> DataStream::open_event(std::int32_t type) {
    return type == event_type::new_buffer ? std::make_shared<NewBufferEvent>(pool_) : nullptr;
}

InfoValue DataStream::info(Command command) const {
    const BufferPool::Counts counts = pool_->counts();
    switch (command) {
        case stream_info::id:
            return InfoValue::text(kStreamId);
        case stream_info::delivered:
            return InfoValue::u64(counts.delivered);
        case stream_info::underrun:
            return InfoValue::u64(underruns());
        case stream_info::announced:
            return InfoValue::size(counts.announced);
        case stream_info::queued:
            return InfoValue::size(counts.input + counts.filling);
        case stream_info::await_delivery:
            return InfoValue::size(counts.output);
        case stream_info::started:
            return InfoValue::u64(counts.started);
        case stream_info::payload_size:
            not_available("the payload size", "the camera's PayloadSize tells it");
        case stream_info::is_grabbing:
            return InfoValue::boolean(is_grabbing());
        case stream_info::defines_payload_size:
            return InfoValue::boolean(false);
        case stream_info::tl_type:
            return InfoValue::text(kTlType);
        case stream_info::chunks_max:
            not_available("the largest number of chunks", "the camera decides it");
        case stream_info::announce_min:
            return InfoValue::size(pool_->minimum());
        case stream_info::alignment:
            return InfoValue::size(1);
        default:
            unknown_command("stream", command);
    }
}

// Blocks that found no buffer; those refused because the acquisition was over are not the consumer's loss.
std::uint64_t DataStream::underruns() const {
    const std::uint64_t all = statistics().blocks_underrun;
    const std::uint64_t refused = pool_->counts().refused;
    return all > refused ? all - refused : 0;
}

}  // namespace vcxg::gentl
