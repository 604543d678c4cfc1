// The buffer module as a port: its features.
#include <algorithm>
#include <cstring>

#include "gentl/buffer_pool.hpp"
#include "gentl/library.hpp"

namespace vcxg::gentl {
namespace {

constexpr ModuleIdentity kIdentity{.port_name = "BufferPort",
                                   .file_name = "vcxg124m_buffer.xml",
                                   .model = "Buffer",
                                   .guid = "6f2d1c1e-5b0a-4a57-9d0e-7b3c5f1a1005"};

const Feature::Entries kPayloadTypes{{"Unknown", payload::unknown},      {"Image", payload::image},
                                     {"RawData", payload::raw_data},     {"File", payload::file},
                                     {"ChunkData", payload::chunk_data}, {"JPEG", payload::jpeg},
                                     {"JPEG2000", payload::jpeg2000},    {"H264", payload::h264},
                                     {"ChunkOnly", payload::chunk_only}, {"DeviceSpecific", payload::device_specific},
                                     {"MultiPart", payload::multi_part}, {"GenDC", payload::gendc}};

// PFNC values of what monochrome cameras send.
const Feature::Entries kPixelFormats{{"Mono8", 0x01080001},  {"Mono10", 0x01100003},  {"Mono10p", 0x010A0046},
                                     {"Mono12", 0x01100005}, {"Mono12p", 0x010C0047}, {"Mono14", 0x01100025},
                                     {"Mono16", 0x01100007}};

}  // namespace

const NodeMap& Buffer::nodes() {
    std::call_once(described_, [this] {
        auto nodes = std::make_unique<NodeMap>(kIdentity);
        describe(*nodes);
        nodes->finish();
        nodes_ = std::move(nodes);
    });
    return *nodes_;
}

PortFacts Buffer::facts() const {
    return {.id = "Buffer@" + std::to_string(reinterpret_cast<std::uintptr_t>(memory_)),
            .vendor = kVendor,
            .model = kProducerModel,
            .version = kVersion,
            .module = "TLBuffer",
            .port_name = kIdentity.port_name};
}

InfoValue Buffer::ask(Command command) const {
    const auto pool = pool_.lock();
    if (pool == nullptr || !pool->owns(*this)) throw Error(code::kInvalidHandle, "the buffer was revoked meanwhile");
    return pool->info(*this, command);
}

void Buffer::describe(NodeMap& nodes) const {
    const auto value = [this](Command command) { return [this, command] { return ask(command).integer(); }; };
    // What only a frame can tell is not available without one.
    const auto known = [this](Command command) {
        return [this, command]() -> std::int64_t {
            try {
                (void)ask(command);
                return 1;
            } catch (const Error& error) {
                if (error.status() != code::kNoData && error.status() != code::kNotAvailable) throw;
                return 0;
            }
        };
    };
    const auto integer = [&](const char* name, const char* doc, Command command) -> Feature& {
        return nodes.integer(name, doc, value(command)).available(known(command));
    };
    nodes.category("BufferInformation");
    nodes.integer("BufferUserData", "The consumer's pointer, as a number", value(buffer_info::user_pointer));
    nodes.enumeration("BufferType", "Transport layer technology", {{"GigEVision", 1}}, [] { return 1; });
    nodes.integer("BufferSize", "Size of the buffer", value(buffer_info::size)).unit("B");
    nodes.category("BufferDataInformation");
    nodes.data(
        "BufferData", "The buffer's bytes", [this](std::uint64_t offset, gige::Bytes out) { read_data(offset, out); },
        value(buffer_info::size));
    integer("BufferTimeStamp", "Time of the exposure in ticks of the camera's clock", buffer_info::timestamp);
    nodes.boolean("BufferNewData", "A frame came since the buffer was queued", value(buffer_info::new_data));
    nodes.boolean("BufferIsQueued", "The buffer is not the consumer's", value(buffer_info::is_queued));
    nodes.boolean("BufferIsAcquiring", "A frame is being received", value(buffer_info::is_acquiring));
    nodes.boolean("BufferIsIncomplete", "Parts of the frame did not arrive", value(buffer_info::is_incomplete));
    nodes.enumeration("BufferPayloadType", "What the buffer holds", kPayloadTypes, value(buffer_info::payload_type));
    nodes.integer("BufferSizeFilled", "Bytes that arrived", value(buffer_info::size_filled)).unit("B");
    integer("BufferWidth", "Width of the image in pixels", buffer_info::width);
    integer("BufferHeight", "Height of the image in pixels, as configured", buffer_info::height);
    integer("BufferXOffset", "Horizontal offset of the image in pixels", buffer_info::x_offset);
    integer("BufferYOffset", "Vertical offset of the image in pixels", buffer_info::y_offset);
    integer("BufferXPadding", "Bytes behind each line", buffer_info::x_padding).unit("B");
    integer("BufferYPadding", "Bytes behind the image", buffer_info::y_padding).unit("B");
    integer("BufferFrameID", "Block id of the frame", buffer_info::frame_id);
    nodes.boolean("BufferImagePresent", "The buffer holds an image", value(buffer_info::image_present));
    integer("BufferImageOffset", "Where in the buffer the image begins", buffer_info::image_offset).unit("B");
    nodes
        .enumeration("BufferPixelFormat", "Pixel format of the image; not available for one that is not on the list",
                     kPixelFormats, value(buffer_info::pixel_format))
        .available([known = known(buffer_info::pixel_format), value = value(buffer_info::pixel_format)] {
            const auto is = [&](const auto& entry) { return entry.second == value(); };
            return known() != 0 && std::any_of(kPixelFormats.begin(), kPixelFormats.end(), is) ? 1 : 0;
        });
    integer("BufferDeliveredImageHeight", "Lines that the camera sent", buffer_info::delivered_image_height);
    integer("BufferDeliveredChunkPayloadSize", "Where the chunk data end", buffer_info::delivered_chunk_payload_size)
        .unit("B");
    integer("BufferChunkLayoutID", "Changes when the layout of the chunk data does", buffer_info::chunk_layout_id);
}

void Buffer::read_data(std::uint64_t offset, gige::Bytes out) const {
    if (ask(buffer_info::is_acquiring).integer() != 0) throw Error(code::kBusy, "the buffer is being filled");
    if (!gige::has({memory_, size_}, offset, out.size())) {
        throw Error(code::kInvalidAddress, std::to_string(out.size()) + " bytes at " + std::to_string(offset) +
                                               " of a buffer of " + std::to_string(size_));
    }
    std::memcpy(out.data(), memory_ + offset, out.size());
}

}  // namespace vcxg::gentl
