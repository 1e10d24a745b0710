// SPDX-License-Identifier: Apache-2.0
#include "generated_case.hpp"

#include "generated_dockerfile.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <fstream>

namespace berth::test {

namespace fs = std::filesystem;

GeneratedCase::GeneratedCase(const fs::path &directory, std::uint64_t seed)
    : directory_(directory),
      context_name_(fmt::format("c{}", seed)),
      named_name_(fmt::format("n{}", seed)),
      random_(seed) {
    context_ = std::make_unique<GeneratedTree>(directory / context_name_, random_);
    fs::create_directory(directory / "link");
    fs::create_directory_symlink("../" + context_name_, directory / "link" / context_name_);
    std::vector<std::string> named;
    if (random_.one_in(3)) {
        named_ = std::make_unique<GeneratedTree>(directory / named_name_, random_);
        named = named_->paths();
        if (random_.one_in(2))
            named_->write_fixed(".dockerignore", generated_ignore_file(random_, named));
    }
    auto paths = context_->paths();
    dockerfile_ = generated_dockerfile(random_, paths, named);
    context_->write_fixed("Dockerfile", dockerfile_);
    if (random_.one_in(2)) {
        ignore_ = generated_ignore_file(random_, paths);
        context_->write_fixed(".dockerignore", ignore_);
    }
    fs::create_directory(directory / "elsewhere");
    std::ofstream(directory / "elsewhere/Build.file") << dockerfile_;
    if (random_.one_in(4)) {
        own_ignore_ = generated_ignore_file(random_, paths);
        context_->write_fixed("Dockerfile.dockerignore", own_ignore_);
        std::ofstream(directory / "elsewhere/Build.file.dockerignore") << own_ignore_;
    }
}

Invocation GeneratedCase::invocation() {
    auto base = directory_.string();
    Invocation call{.directory = base, .arguments = {}, .input = {}};
    if (named_)
        call.arguments = {"--build-context", "other=" + base + "/" + named_name_};
    std::vector<std::string> way;
    switch (random_.below(9)) {
    case 0:
        way = {context_name_};
        break;
    case 1:
        call.directory += "/" + context_name_;
        way = {"."};
        break;
    case 2:
        way = {"link/" + context_name_};
        break;
    case 3:
        way = {"-f", base + "/elsewhere/Build.file", context_name_ + "/"};
        break;
    case 4:
        way = {"-f", "-", context_name_};
        call.input = dockerfile_;
        break;
    case 5:
        way = {"-"};
        call.input = run({"tar", "-c", "--format=gnu", "-C", base + "/" + context_name_, "."}).out;
        break;
    case 6:
        call.directory += "/elsewhere";
        way = {"-f", "Build.file", "../" + context_name_};
        break;
    default:
        way = {base + "/" + context_name_};
    }
    call.arguments.insert(call.arguments.end(), way.begin(), way.end());
    return call;
}

std::string GeneratedCase::edit() {
    std::string did;
    for (auto count = 1 + random_.below(4); count > 0; --count) {
        bool other = named_ && random_.one_in(3);
        did += (other ? "  n: " : "  c: ") + (other ? named_ : context_)->edit() + "\n";
    }
    return did;
}

std::string GeneratedCase::description() const {
    auto text = "Dockerfile:\n" + dockerfile_;
    if (!ignore_.empty())
        text += ".dockerignore:\n" + ignore_;
    if (!own_ignore_.empty())
        text += "Dockerfile.dockerignore:\n" + own_ignore_;
    return text;
}

std::map<std::string, std::string> GeneratedCase::rewritten() const {
    auto all = context_->rewritten();
    if (named_)
        all.insert(named_->rewritten().begin(), named_->rewritten().end());
    return all;
}

} // namespace berth::test
