#include "berth/build/output_target.hpp"
namespace berth::build {
namespace {
class Adapter : public session::ByteSink {
  public:
    explicit Adapter(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
    void write(std::string_view bytes) override { sink_->write(bytes); }
    void finish() override { sink_->commit(); }
    std::shared_ptr<Sink> sink_;
};
} // namespace
session::OutputTarget make_target(const Output &output, const docker::Docker &docker, std::ostream &out, bool terminal) {
    if (output.type == "local")
        return session::OutputDirectory{.path = output.destination};
    std::shared_ptr<Sink> sink = make_sink(output, docker, out, terminal);
    return session::OpenSink([sink](const std::map<std::string, std::string> &) { return std::make_unique<Adapter>(sink); });
}
session::ContentDirectory layout_store(const Output &output) { return {.path = output.destination, .writable = true}; }
void add_caches(solve::Request &request, const CacheOptions &caches) {
    for (const auto &c : caches.from) if (!c.local()) request.cache_from.push_back({c.type, {c.attributes.begin(), c.attributes.end()}});
    for (const auto &c : caches.to) if (!c.local()) request.cache_to.push_back({c.type, {c.attributes.begin(), c.attributes.end()}});
}
void finish_caches(const CacheOptions &, const solve::Response &) {}
void finish_layouts(const std::vector<Output> &, const solve::Response &) {}
} // namespace berth::build
