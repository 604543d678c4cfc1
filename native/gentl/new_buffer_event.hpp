// The new-buffer event of a data stream, the one event that this producer offers.
#pragma once

#include "gentl/buffer_pool.hpp"

namespace vcxg::gentl {

class NewBufferEvent final : public Object {
public:
    static constexpr const char* kKind = "event";
    explicit NewBufferEvent(std::shared_ptr<BufferPool> pool) : pool_(std::move(pool)) { pool_->open(reader_); }
    [[nodiscard]] const char* kind() const noexcept override { return kKind; }
    void shutdown() noexcept override { pool_->close(reader_); }

    void get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms);
    [[nodiscard]] InfoValue info(Command command) const;
    [[nodiscard]] static InfoValue data_info(const void* data, std::size_t size, Command command);
    void flush() { pool_->flush(flush::output_discard); }
    void kill() { pool_->kill(reader_); }

private:
    std::shared_ptr<BufferPool> pool_;
    Reader reader_;
};

}  // namespace vcxg::gentl
