// Memory for frames that comes back (pool.cpp), for the other bindings.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

namespace vcxg::bindings {

class Store;

// Python's hold on a store; the blocks that are out hold it too, because they may outlive this one.
struct BlockStore {
    std::shared_ptr<Store> store;
};

// A numpy array of `size` bytes, C-contiguous, with arbitrary contents; its memory returns to the store with it.
[[nodiscard]] nanobind::object new_array(const BlockStore& from, nanobind::handle shape, nanobind::handle dtype,
                                         Py_ssize_t size);

}  // namespace vcxg::bindings
