// SPDX-License-Identifier: Apache-2.0
// The builder store on disk, shared with docker buildx: facts of its layout in docs/store.md.
// Every change happens in a Transaction, which holds an exclusive lock on `.lock`.
#pragma once

#include "berth/store/builder_record.hpp"
#include "berth/util/environment.hpp"
#include "berth/util/file.hpp"
#include "berth/util/units.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::store {

// `$BUILDX_CONFIG`, else `$DOCKER_CONFIG/buildx`, else `~/.docker/buildx`.
std::filesystem::path default_directory(const Environment &environment);
// `$DOCKER_CONFIG`, else `~/.docker`.
std::filesystem::path docker_config_directory(const Environment &environment);

// A builder's or node's name: starts with a letter; letters, digits, `.`, `_`, `-`. Returns the
// lower-case form that is stored; throws a usage error with docker buildx's message.
std::string validate_name(const std::string &name);
bool is_valid_name(std::string_view name); // at most 255 bytes

// The builder of commands without --builder.
struct Current {
    std::string key;  // the docker context's name or DOCKER_HOST's value it was chosen for
    std::string name; // empty: the default builder of that endpoint
    bool global = false;
};

// Where a build came from.
struct BuildRef {
    std::string target, local_path, dockerfile_path;
    std::string group = {}; // of builds that one bake made; empty: none
};
struct BuildGroup {
    std::vector<std::string> targets, refs; // what was asked for; the builds, BuildKit's own names
};

class Store {
  public:
    explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) {}

    const std::filesystem::path &directory() const { return directory_; }

    // Reading needs no lock: files are replaced whole. Upper and lower case are the same; what is
    // no valid name is never found. A builder whose file is broken is an Error that names the file.
    std::optional<BuilderRecord> find(const std::string &name) const;
    // By name, in order. A broken file does not hide the others: it is left out and named in
    // `broken` when given.
    std::vector<BuilderRecord> list(std::vector<std::string> *broken = nullptr) const;
    // The builder chosen for `key`, by the rules of docker buildx: `current` when its Key is `key`
    // or it is global, else `defaults/<hash of key>`. Empty (the docker context itself) when there
    // is none, or when the builder that `current` names for `key` no longer exists.
    std::string current(const std::string &key) const;
    // `name` as the record spells it (docker buildx keeps the case here).
    std::optional<Time> last_activity(const std::string &name) const;
    // Notes where a build of that node came from, as docker buildx does: its context, the
    // Dockerfile (empty for the context's own), the target and group of a bake. A `ref` that is no
    // name is passed over.
    void save_ref(const std::string &builder, const std::string &node, const std::string &ref,
                  const BuildRef &note) const;
    // What save_ref() of berth or docker buildx noted; nothing when it is not there or broken.
    std::optional<BuildRef> find_ref(const std::string &builder, const std::string &node,
                                     const std::string &ref) const;
    // The newest 50 notes of a builder, by reference, the newest first.
    std::vector<std::pair<std::string, BuildRef>> newest_refs(const std::string &builder) const;
    // Notes the builds of one bake.
    void save_group(const std::string &id, const BuildGroup &group) const;
    std::optional<BuildGroup> find_group(const std::string &id) const;
    // `.buildNodeID`: 16 hex digits, made at the first call.
    std::string node_id() const;

    class Transaction {
      public:
        void save(const BuilderRecord &record);
        // Its file, activity and refs, also when its file is broken. `current` and `defaults` stay
        // as they are, as docker buildx leaves them: a builder that is created again under the
        // same name is the chosen one again.
        void remove(const std::string &name);
        // Writes `current` alone. docker buildx, whenever it does this without `use --default`,
        // removes the default of that key too: see set_default().
        void set_current(const Current &current);
        // The builder that `key` falls back to (`use --default`); an empty name removes it.
        void set_default(const std::string &key, const std::string &name);
        void touch(const std::string &name, Time now);

      private:
        friend class Store;
        Transaction(std::filesystem::path directory, FileDescriptor lock)
            : directory_(std::move(directory)), lock_(std::move(lock)) {}
        void write(const std::filesystem::path &path, std::string_view content) const;
        std::filesystem::path directory_;
        FileDescriptor lock_;
    };
    // Makes the directories (0700) and waits for the lock.
    Transaction begin() const;

  private:
    std::optional<Current> chosen() const; // what `current` says
    std::filesystem::path directory_;
};

} // namespace berth::store
