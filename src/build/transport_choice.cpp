#include "berth/build/transport_choice.hpp"

#include "berth/builder/driver_options.hpp"
#include "berth/builder/node.hpp"
#include "berth/util/day_file.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

namespace berth::build {

namespace {

namespace fs = std::filesystem;

// BuildKit takes longer to look at as many files as are worth binding.
constexpr std::chrono::milliseconds quick{500};

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

std::unique_ptr<Transport> TransportChoice::choose(const context::LocalContext &context,
                                                   const store::NodeRecord &node,
                                                   const std::string &endpoint) const {
    auto options = builder::read_driver_options(node.driver_options.value_or(builder::OptionMap()));
    auto image = options.image.empty() ? builder::default_image : options.image;
    bool can = context.kind == context::LocalContext::Kind::directory && !context.from_input &&
               !context.scratch && ordinary(node, image) && !far_away(endpoint);
    bool should = wish_.empty() ? past_ == "bind" || (past_.empty() && worth_binding(context))
                                : wish_ == "bind";
    if (!can || !should) {
        if (should && wish_.empty())
            note("stream");
        return make_stream_transport();
    }
    return make_bind_transport(
        image, [choice = *this](bool worked) { choice.note(worked ? "bind" : "stream"); });
}

bool TransportChoice::outgrown(const context::LocalContext &context) const {
    return past_ == "small" && wish_.empty() && worth_binding(context);
}

void TransportChoice::learn(const context::LocalContext &context,
                            std::chrono::nanoseconds took) const {
    bool asked = past_.empty() ? context.listed : past_ == "bind" && took < quick;
    if (!wish_.empty() || !asked)
        return;
    try {
        if (!worth_binding(context))
            note("small");
    } catch (const Error &) { // it cannot be walked through: the container may be able to
    }
}

void TransportChoice::note(const std::string &word) const {
    if (past_ == word && word == "bind")
        return;
    write_day_file(file_, word);
}

} // namespace berth::build
