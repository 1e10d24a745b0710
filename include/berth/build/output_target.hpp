#pragma once
#include "berth/build/deliver.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/local_images.hpp"
#include "berth/build/output.hpp"
#include "berth/build/build_failure.hpp"
#include "berth/build/call.hpp"
#include "berth/buildkit/status.hpp"
#include "berth/build/emulation.hpp"
#include "berth/solve/request.hpp"
#include "berth/solve/solve.hpp"
namespace berth::build {
session::OutputTarget make_target(const Output &, const docker::Docker &, std::ostream &, bool);
session::ContentDirectory layout_store(const Output &);
void add_caches(solve::Request &, const CacheOptions &);
void finish_caches(const CacheOptions &, const solve::Response &);
void finish_layouts(const std::vector<Output> &, const solve::Response &);
} // namespace berth::build
