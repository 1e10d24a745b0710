#include "berth/build/transport_choice.hpp"

#include "berth/builder/driver_options.hpp"
#include "berth/builder/node.hpp"
#include "berth/util/day_file.hpp"
#include "berth/util/encoding.hpp"

namespace berth::build {

namespace {

namespace fs = std::filesystem;

std::string read_past(const fs::path &file) {
    auto text = read_day_file(file);
    return text == "bind" || text == "stream" || text == "small" ? *text : "";
}

// The image of which this side knows where buildkitd listens, and whose certificates are its own.
bool ordinary(const store::NodeRecord &node, const std::string &image) {
    if (image.find("rootless") != std::string::npos)
        return false;
    return !node.files || node.files->empty() ||
           (node.files->size() == 1 && node.files->contains(builder::config_file));
}

bool far_away(const std::string &endpoint) {
    for (const auto *scheme : {"ssh://", "tcp://", "http://", "https://"})
        if (endpoint.starts_with(scheme))
            return true;
    return false;
}

} // namespace

TransportChoice::TransportChoice(const fs::path &memory, const std::string &container,
                                 const std::string &context_key, std::string wish)
    : file_(memory / sha256_hex(container + "\n" + context_key).substr(0, 24)),
      past_(wish == "stream" ? "" : read_past(file_)),
      wish_(std::move(wish)) {}

std::unique_ptr<Transport> TransportChoice::choose(const LocalContext &context,
                                                   const store::NodeRecord &node,
                                                   const std::string &endpoint) const {
    auto options = builder::read_driver_options(node.driver_options.value_or(builder::OptionMap()));
    auto image = options.image.empty() ? builder::default_image : options.image;
    bool can = context.kind == LocalContext::Kind::directory && !context.from_input &&
               !context.scratch && ordinary(node, image) && !far_away(endpoint);
    bool should = wish_.empty()
                      ? past_ == "bind" || (past_.empty() && worth_binding(context.manifest))
                      : wish_ == "bind";
    if (!can || !should) {
        if (should && wish_.empty())
            note("stream");
        return make_stream_transport();
    }
    return make_bind_transport(
        image, [choice = *this](bool worked) { choice.note(worked ? "bind" : "stream"); });
}

bool TransportChoice::outgrown(const LocalContext &context) const {
    return past_ == "small" && wish_.empty() && worth_binding(context.manifest);
}

void TransportChoice::learn(const LocalContext &context) const {
    if (wish_.empty() && past_.empty() && context.listed && !worth_binding(context.manifest))
        note("small");
}

void TransportChoice::note(const std::string &word) const {
    if (past_ == word && word == "bind")
        return;
    write_day_file(file_, word);
}

} // namespace berth::build
