// SPDX-License-Identifier: Apache-2.0
#include "berth/job/source_definition.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/paths.hpp"

#include "buildkit/file_op.pb.h"

namespace berth::job {

namespace {

// Adds a step. The last entry of a definition says what is wanted: the first output of that step.
void add_step(pb::Definition &definition, const std::string &bytes, const std::string &step) {
    auto digest = "sha256:" + sha256_hex(bytes);
    definition.add_def(bytes);
    auto &metadata = (*definition.mutable_metadata())[digest]; // every step must have some
    if (!step.empty())
        (*metadata.mutable_description())["llb.customname"] = step;
    pb::Op wanted;
    wanted.add_inputs()->set_digest(digest);
    definition.add_def(wanted.SerializeAsString());
}

pb::Definition copied(const pb::Definition &from, const std::string &step,
                      const pb::FileActionCopy &copy) {
    auto definition = from;
    pb::Op wanted;
    if (from.def().empty() || !wanted.ParseFromString(from.def(from.def_size() - 1)))
        return definition;
    definition.mutable_def()->RemoveLast();
    pb::FileStep op;
    *op.mutable_inputs() = wanted.inputs();
    auto *action = op.mutable_file()->add_actions();
    action->set_input(-1);
    *action->mutable_copy() = copy;
    action->mutable_copy()->set_dest("/");
    action->mutable_copy()->set_mode(-1);
    action->mutable_copy()->set_timestamp(-1);
    add_step(definition, op.SerializeAsString(), step);
    return definition;
}

void set_if(pb::SourceOp &source, const char *attribute, bool wanted,
            const std::string &value = "true") {
    if (wanted)
        (*source.mutable_attrs())[attribute] = value;
}

} // namespace

pb::Definition http_definition(const std::string &url, const std::string &name,
                               const std::string &step) {
    pb::Op op;
    op.mutable_source()->set_identifier(url);
    set_if(*op.mutable_source(), "http.filename", true, name);
    pb::Definition definition;
    add_step(definition, op.SerializeAsString(), step);
    return definition;
}

pb::Definition git_definition(const GitReference &reference, const std::string &step) {
    auto id = "git://" + reference.host + reference.path;
    if (!reference.ref.empty() || !reference.directory.empty())
        id += "#" + reference.ref;
    if (!reference.directory.empty())
        id += ":" + reference.directory;
    pb::Op op;
    auto &source = *op.mutable_source();
    source.set_identifier(id);
    set_if(source, "git.fullurl", true, reference.remote);
    set_if(source, "git.authtokensecret", true, "GIT_AUTH_TOKEN");
    set_if(source, "git.authheadersecret", true, "GIT_AUTH_HEADER");
    set_if(source, "git.mountsshsock", reference.ssh, "default");
    set_if(source, "git.keepgitdir", reference.keep_git_directory);
    set_if(source, "git.checksum", !reference.checksum.empty(), reference.checksum);
    set_if(source, "git.skipsubmodules", reference.skip_submodules);
    set_if(source, "git.mtime", !reference.file_times.empty(), reference.file_times);
    set_if(source, "git.fetchbycommit", reference.fetch_by_commit);
    set_if(source, "git.advice", reference.advice);
    pb::Definition definition;
    add_step(definition, op.SerializeAsString(), step);
    return definition;
}

pb::Definition directory_of(const pb::Definition &from, const std::string &path,
                            const std::string &step) {
    pb::FileActionCopy copy;
    copy.set_src(clean_path("/" + path));
    copy.set_contents_only(true);
    return copied(from, step, copy);
}

pb::Definition unpacked(const pb::Definition &from, const std::string &path) {
    pb::FileActionCopy copy;
    copy.set_src(clean_path("/" + path));
    copy.set_unpack(true);
    return copied(from, "", copy);
}

} // namespace berth::job
