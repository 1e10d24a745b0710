// SPDX-License-Identifier: Apache-2.0
// The builder store on disk, shared with docker buildx: facts of its layout in docs/store.md.
// Every change happens in a Transaction, which holds an exclusive lock on `.lock`.
#pragma once

#include "berth/store/builder_record.hpp"
#include "berth/store/owner.hpp"
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
    std::string key;  // the docker context or value of DOCKER_HOST that it was chosen for
    std::string name; // empty: the default builder of that endpoint
    bool global = false;
};

// The source of a build.
struct BuildRef {
    std::string target = {}, local_path = {}, dockerfile_path = {};
    std::string group = {}; // group of the builds of one bake; empty: none
};
struct BuildGroup {
    std::vector<std::string> targets = {}, refs = {}; // requested targets; BuildKit's references
};

class Store {
  public:
    // What is written belongs to `owner` if there is one.
    explicit Store(std::filesystem::path directory, std::optional<Owner> owner = {})
        : directory_(std::move(directory)), owner_(owner) {}

    const std::filesystem::path &directory() const { return directory_; }

    // Reading needs no lock, since files are replaced atomically. Names are case-insensitive; an
    // invalid name is never found. A builder whose file is broken is an Error that names the file.
    std::optional<BuilderRecord> find(const std::string &name) const;
    // Sorted by name. Skips broken files, and adds their names to `broken` if given.
    std::vector<BuilderRecord> list(std::vector<std::string> *broken = nullptr) const;
    // The builder chosen for `key`, by the rules of docker buildx: `current` when its Key is `key`
    // or it is global, else `defaults/<hash of key>`. Empty (the docker context itself) without
    // one, or if the builder that `current` names for `key` no longer exists.
    std::string current(const std::string &key) const;
    // `name` in the record's spelling (docker buildx keeps its case here).
    std::optional<Time> last_activity(const std::string &name) const;
    // Records the source of a build, like docker buildx: its context, the Dockerfile (empty for the
    // context's own), and of a bake the target and group. Ignores an invalid `ref`.
    void save_ref(const std::string &builder, const std::string &node, const std::string &ref,
                  const BuildRef &note) const;
    // The source that berth or docker buildx recorded; nothing if missing or broken.
    std::optional<BuildRef> find_ref(const std::string &builder, const std::string &node,
                                     const std::string &ref) const;
    // The newest 50 records of a builder with their references, newest first.
    std::vector<std::pair<std::string, BuildRef>> newest_refs(const std::string &builder) const;
    // Records the builds of one bake.
    void save_group(const std::string &id, const BuildGroup &group) const;
    std::optional<BuildGroup> find_group(const std::string &id) const;
    // `.buildNodeID`: 16 hex digits, created at the first call.
    std::string node_id() const;

    class Transaction {
      public:
        void save(const BuilderRecord &record);
        // Removes its file, activity and refs, even if its file is broken. Like docker buildx,
        // keeps `current` and `defaults`: a new builder with the same name is current again.
        void remove(const std::string &name);
        // Writes only `current`. docker buildx, unless called as `use --default`, also removes the
        // default of that key: see set_default().
        void set_current(const Current &current);
        // The builder that `key` falls back to (`use --default`); an empty name removes it.
        void set_default(const std::string &key, const std::string &name);
        void touch(const std::string &name, Time now);

      private:
        friend class Store;
        Transaction(std::filesystem::path directory, std::optional<Owner> owner,
                    FileDescriptor lock)
            : directory_(std::move(directory)), owner_(owner), lock_(std::move(lock)) {}
        void write(const std::filesystem::path &path, std::string_view content) const;
        std::filesystem::path directory_;
        std::optional<Owner> owner_;
        FileDescriptor lock_;
    };
    // Creates the directories (0700) and waits for the lock.
    Transaction begin() const;

  private:
    std::optional<Current> chosen() const; // the content of `current`
    void give_refs_to_owner(std::filesystem::path path) const;

    std::filesystem::path directory_;
    std::optional<Owner> owner_;
};

} // namespace berth::store
