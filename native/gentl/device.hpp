// The device module: a connection to one camera; and the remote device, the camera's own register space behind it.
#pragma once

#include "gentl/network_interface.hpp"
#include "net/control_channel.hpp"

namespace vcxg::gentl {

class Device final : public ModulePort, public EventSource {
public:
    static constexpr const char* kKind = "device";
    // Connects. Throws kResourceInUse when this process has the device open, net::Failure otherwise.
    Device(std::shared_ptr<NetworkInterface> interface, ListedDevice device, net::Access access);
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override;
    [[nodiscard]] PortFacts facts() const override;

    [[nodiscard]] InfoValue info(Command command) const;
    [[nodiscard]] std::size_t stream_count() const noexcept { return stream_count_; }
    [[nodiscard]] std::uint64_t timestamp_frequency() const noexcept { return timestamp_frequency_; }  // Hz, 0: none
    [[nodiscard]] bool lost() const noexcept;
    [[nodiscard]] std::shared_ptr<net::ControlChannel> control() const;  // kInvalidHandle once closed

    // Tells the consumer, if it wants to know, that the producer has changed features of the camera or of this module.
    void features_changed(std::initializer_list<const char*> names) const;
    // Asks the consumer, if it listens, to set a feature of the camera.
    void request_feature(const char* name, const char* value) const;

    // The handle of the camera's port, opened at the first use. `self` is this device.
    [[nodiscard]] Handle remote_device(const std::shared_ptr<Device>& self);

    [[nodiscard]] const ListedDevice& listed() const noexcept { return device_; }
    [[nodiscard]] const std::shared_ptr<NetworkInterface>& interface() const noexcept { return interface_; }

private:
    [[nodiscard]] std::shared_ptr<Event> open_event(std::int32_t type) override;
    void tell_loss(const std::string& reason) const;
    void describe();
    [[nodiscard]] std::int32_t status() const;

    std::shared_ptr<NetworkInterface> interface_;
    ListedDevice device_;
    Claim claim_;
    mutable std::mutex mutex_;
    std::shared_ptr<net::ControlChannel> control_;
    std::uint64_t timestamp_frequency_ = 0;
    std::size_t stream_count_ = 0;
    Handle remote_device_ = nullptr;
    std::atomic<std::int64_t> selected_stream_ = 0;
};

inline constexpr const char* kStreamId = "Stream0";

class RemoteDevice final : public Port {
public:
    static constexpr const char* kKind = "remote device";
    explicit RemoteDevice(std::shared_ptr<Device> device) : device_(std::move(device)) {}
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    [[nodiscard]] PortFacts facts() const override;
    void read(std::uint64_t address, gige::Bytes out) override;
    void write(std::uint64_t address, gige::ConstBytes bytes) override { device_->control()->write(address, bytes); }
    [[nodiscard]] std::vector<PortUrl> urls() override;  // kNotAvailable when neither URL register can be used

private:
    struct Description {
        PortUrl url;
        std::vector<std::byte> file;  // an archive that was looked into; empty for others
    };
    [[nodiscard]] Description find_description();
    [[nodiscard]] std::shared_ptr<const Description> description() const;

    std::shared_ptr<Device> device_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Description> description_;  // constant while the camera is open
};

}  // namespace vcxg::gentl
