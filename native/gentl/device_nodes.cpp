// The features of the device module.
#include "gentl/device.hpp"

namespace vcxg::gentl {

void Device::describe() {
    const auto text = [this](std::string net::DeviceInfo::*field) {
        return [this, field] { return device_.info.*field; };
    };
    const auto address = [this](net::Ipv4 net::DeviceInfo::*field) {
        return [this, field]() -> std::int64_t { return device_.info.*field; };
    };
    const Feature::Entries gige_vision{{"GigEVision", 1}};
    nodes_.category("DeviceInformation");
    nodes_.text("DeviceID", "Identifier of the device", [this] { return device_.id; });
    nodes_.text("DeviceVendorName", "Manufacturer", text(&net::DeviceInfo::manufacturer));
    nodes_.text("DeviceModelName", "Model", text(&net::DeviceInfo::model));
    nodes_.text("DeviceVersion", "Version of the device", text(&net::DeviceInfo::version));
    nodes_.text("DeviceManufacturerInfo", "What the manufacturer adds", text(&net::DeviceInfo::manufacturer_info));
    nodes_.text("DeviceSerialNumber", "Serial number", text(&net::DeviceInfo::serial_number));
    nodes_.text("DeviceUserID", "User-defined name at discovery", text(&net::DeviceInfo::user_name));
    nodes_.text("DeviceDisplayName", "Manufacturer, model and name",
                [this] { return device_display_name(device_.info); });
    nodes_.enumeration("DeviceType", "Transport layer technology", gige_vision, [] { return 1; });
    nodes_
        .integer("DeviceTimestampFrequency", "Ticks of the camera's clock per second, 0: it has none",
                 [this] { return static_cast<std::int64_t>(timestamp_frequency_); })
        .unit("Hz");
    nodes_.enumeration("DeviceAccessStatus", "NoAccess once the connection is lost", access_entries(),
                       [this] { return status(); });
    nodes_.boolean("DeviceConnectionLost", "The camera stopped answering or took control away (vendor specific)",
                   [this] { return lost() ? 1 : 0; });
    nodes_.enumeration("DeviceChunkDataFormat", "Layout of chunk data", gige_vision, [] { return 1; });
    nodes_.enumeration("DeviceEventDataFormat", "Layout of event data", gige_vision, [] { return 1; });
    nodes_.integer("GevDeviceMACAddress", "Hardware address", [this] { return mac_number(device_.info.mac); })
        .shown_as("MACAddress");
    nodes_.integer("GevDeviceIPAddress", "IP address", address(&net::DeviceInfo::address)).shown_as("IPV4Address");
    nodes_.integer("GevDeviceSubnetMask", "Subnet mask", address(&net::DeviceInfo::netmask)).shown_as("IPV4Address");
    nodes_.integer("GevDeviceGateway", "Gateway", address(&net::DeviceInfo::gateway)).shown_as("IPV4Address");
    nodes_.category("DeviceControl");
    nodes_.enumeration("DeviceEndianessMechanism", "Byte order of the camera's XML is interpreted as",
                       {{"Legacy", 0}, {"Standard", 1}}, [] { return 1; });
    using std::chrono::microseconds, std::chrono::milliseconds;
    nodes_
        .floating("LinkCommandTimeout", "Time without an answer after which a command to the camera is sent again",
                  [this] { return microseconds(control()->patience().ack_timeout).count(); })
        .to([this](std::int64_t us) {
            const auto channel = control();
            channel->set_patience({std::chrono::ceil<milliseconds>(microseconds(us)), channel->patience().tries});
        })
        .range(1'000, 10'000'000)
        .unit("us");
    nodes_
        .integer("LinkCommandRetryCount", "Times that a command is sent before it fails",
                 [this] { return control()->patience().tries; })
        .to([this](std::int64_t tries) {
            const auto channel = control();
            channel->set_patience({channel->patience().ack_timeout, static_cast<unsigned>(tries)});
        })
        .range(1, 100);
    nodes_.category("StreamEnumeration");
    nodes_.integer("StreamSelector", "Index of the stream that StreamID shows", selected_stream_)
        .up_to([this] { return stream_count_ > 0 ? static_cast<std::int64_t>(stream_count_) - 1 : 0; })
        .selects({"StreamID"});
    nodes_.text("StreamID", "Identifier of the selected stream", [this] { return stream_count_ > 0 ? kStreamId : ""; });
    nodes_.finish();
}

}  // namespace vcxg::gentl
