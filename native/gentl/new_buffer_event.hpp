// The new-buffer event of a data stream.
#pragma once

#include "gentl/buffer_pool.hpp"
#include "gentl/event.hpp"

namespace vcxg::gentl {

class NewBufferEvent final : public Event {
public:
    explicit NewBufferEvent(std::shared_ptr<BufferPool> pool) : pool_(std::move(pool)) { pool_->open(reader_); }
    void shutdown() noexcept override { pool_->close(reader_); }

    void get_data(void* buffer, std::size_t* size, std::uint64_t timeout_ms) override;
    [[nodiscard]] InfoValue info(Command command) const override;
    [[nodiscard]] InfoValue data_info(gige::ConstBytes data, Command command) const override;
    void flush() override { pool_->flush(flush::output_discard); }
    void kill() override { pool_->kill(reader_); }

private:
    std::shared_ptr<BufferPool> pool_;
    Reader reader_;
};

}  // namespace vcxg::gentl
