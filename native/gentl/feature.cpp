#include "gentl/feature.hpp"

#include <algorithm>

#include "gentl/error.hpp"

namespace vcxg::gentl {

Feature& Feature::from_data(ReadData read, Get size) {
    read_data_ = std::move(read);
    return from(std::move(size));
}

Feature& Feature::range(std::int64_t minimum, std::int64_t maximum) {
    range_ = {minimum, maximum};
    return *this;
}

Feature& Feature::up_to(Get maximum) {
    maximum_ = std::move(maximum);
    return *this;
}

std::int64_t Feature::read(Slot slot) const {
    switch (slot) {
        case Slot::value:
            if (!get_) throw Error(code::kAccessDenied, std::string(name_) + " can only be executed");
            return get_();
        case Slot::maximum:
            return maximum_ ? maximum_() : 0;
        case Slot::locked:
            return locked_ && locked_() != nullptr ? 1 : 0;
        case Slot::available:
            return available_ ? available_() : 1;
    }
    return 0;
}

void Feature::write(std::int64_t value) const {
    if (!set_) throw Error(code::kAccessDenied, std::string(name_) + " is read-only");
    if (const char* reason = locked_ ? locked_() : nullptr) {
        throw Error(code::kAccessDenied, std::string(name_) + " cannot be written now: " + reason);
    }
    check(value);
    set_(value);
}

void Feature::check(std::int64_t value) const {
    const auto refuse = [&](const std::string& accepted) {
        throw Error(code::kInvalidValue,
                    std::string(name_) + " = " + std::to_string(value) + " not accepted: " + accepted);
    };
    if (kind_ == Kind::boolean && value != 0 && value != 1) refuse("0 or 1");
    if (kind_ == Kind::enumeration &&
        std::none_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.second == value; })) {
        std::string known;
        for (const auto& [name, number] : entries_) {
            known += (known.empty() ? "" : ", ") + std::to_string(number) + " (" + name + ")";
        }
        refuse(known);
    }
    if (maximum_) {
        const std::int64_t last = maximum_();
        if (value < 0 || value > last) refuse("0 to " + std::to_string(last));
    }
    if (range_ && (value < range_->first || value > range_->second)) {
        refuse(std::to_string(range_->first) + " to " + std::to_string(range_->second));
    }
}

}  // namespace vcxg::gentl
