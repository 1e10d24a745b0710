// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/copy.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "blob_pipe.hpp"
#include "layout.hpp"
#include "limits.hpp"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <thread>

namespace berth::registry {

namespace {

// Types of referrers to copy with their subject: attestations and signatures.
constexpr std::array referrer_types = {
    "application/vnd.docker.attestation.manifest.v1+json",
    "application/vnd.dev.cosign.artifact.sig.v1+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
};
constexpr int most_blobs_at_once = 4, most_copies = 3;

bool is_copied(const Descriptor &referrer) {
    return std::find(referrer_types.begin(), referrer_types.end(), referrer.artifact_type) !=
           referrer_types.end();
}

// Runs the work of a digest once; later callers wait for the first one to finish.
class Once {
  public:
    void run(const std::string &digest, const std::function<void()> &work) {
        std::promise<void> promise;
        std::shared_future<void> other;
        {
            std::lock_guard lock(mutex_);
            auto [known, is_new] = done_.emplace(digest, promise.get_future().share());
            if (!is_new)
                other = known->second;
        }
        if (other.valid())
            return other.get();
        try {
            work();
            promise.set_value();
        } catch (...) {
            promise.set_exception(std::current_exception());
            throw;
        }
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::shared_future<void>> done_;
};

class Slots {
  public:
    template<typename Work>
    void run(const Work &work) {
        {
            std::unique_lock lock(mutex_);
            free_.wait(lock, [this] { return used_ < most_blobs_at_once; });
            ++used_;
        }
        struct Release {
            Slots &slots;
            ~Release() {
                std::lock_guard lock(slots.mutex_);
                --slots.used_;
                slots.free_.notify_one();
            }
        } release{*this};
        work();
    }

  private:
    std::mutex mutex_;
    std::condition_variable free_;
    int used_ = 0;
};

} // namespace

class Copier::Work {
  public:
    Work(Images &images, Location to) : images_(images), to_(std::move(to)) {}

    // Referrers follow when all else is copied. They may be indexes, and a hostile registry may
    // list one that contains its subject: work on the subject that copied them would wait for
    // itself.
    void copy(const Location &from, const Descriptor &descriptor) {
        copy_tree(from, descriptor, 0);
        for (auto subjects = take_subjects(); !subjects.empty(); subjects = take_subjects())
            side_by_side(
                subjects.size(), [&](std::size_t i) { copy_referrers(subjects[i]); }, 16);
    }

    void copy_tree(const Location &from, const Descriptor &descriptor, int depth) {
        if (depth > most_nested)
            throw Error(fmt::format("{}: indexes nested too deep", printable(from.text())));
        begin(descriptor.digest);
        manifests_.run(descriptor.digest, [&] { copy_manifest(from, descriptor, depth); });
    }

    void publish(const Location &to, const Document &document) {
        if (!to.is_layout)
            return images_.client().put_manifest(to.reference, document);
        if (!to.digest.empty() && to.digest != document.descriptor.digest)
            throw Error(fmt::format("target {} requested digest {} but produced {}",
                                    printable(to.text()), to.digest, document.descriptor.digest));
        put(document);
        put_in_layout(to.directory, document.descriptor, to.digest.empty() ? to.tag : "");
        add_referrers();
    }

  private:
    struct Subject { // whose referrers are yet to be copied
        Location from;
        std::string digest;
        int depth;
    };

    bool same_place(const Location &from) const {
        return from.is_layout == to_.is_layout && from.name() == to_.name();
    }

    // False if it was started before.
    bool begin(const std::string &digest) {
        std::lock_guard lock(mutex_);
        return begun_.insert(digest).second;
    }

    void copy_manifest(const Location &from, const Descriptor &descriptor, int depth) {
        // A registry accepts a manifest only if it has all its blobs, so they need no check.
        if (!has(descriptor)) {
            Document document{descriptor, images_.document(from, descriptor)};
            auto below = children(document);
            side_by_side(
                below.size(),
                [&](std::size_t i) {
                    if (is_index(below[i].media_type) || is_manifest(below[i].media_type))
                        copy_tree(from, below[i], depth + 1);
                    else
                        copy_blob(from, below[i]);
                },
                is_index(descriptor.media_type) ? 16 : most_blobs_at_once);
            put(document);
        }
        if (same_place(from))
            return;
        std::lock_guard lock(mutex_);
        subjects_.push_back({from, descriptor.digest, depth});
    }

    std::vector<Subject> take_subjects() {
        std::lock_guard lock(mutex_);
        return std::exchange(subjects_, {});
    }

    void copy_referrers(const Subject &subject) {
        for (const auto &referrer : images_.referrers(subject.from, subject.digest)) {
            // A hostile registry may list referrers in a circle, so never wait for one that was
            // started before.
            if (!is_copied(referrer) || !begin(referrer.digest))
                continue;
            copy_tree(subject.from, referrer, subject.depth + 1);
            std::lock_guard lock(mutex_);
            referrers_[subject.digest].insert_or_assign(referrer.digest, referrer);
        }
    }

    bool has(const Descriptor &descriptor) {
        if (to_.is_layout)
            return false; // writing a document is cheap, and a layout may lack its blobs
        return images_.client().has(to_.reference, descriptor);
    }

    void put(const Document &document) {
        if (!to_.is_layout) {
            auto place = to_.reference;
            place.tag.clear();
            return images_.client().put_manifest(place, document);
        }
        if (layout_has(to_.directory, document.descriptor.digest))
            return;
        LayoutWriter writer(to_.directory, document.descriptor);
        writer.write(document.bytes);
        writer.commit();
    }

    void copy_blob(const Location &from, const Descriptor &blob) {
        check_digest(blob.digest, from.text());
        blobs_.run(blob.digest, [&] {
            slots_.run([&] {
                for (int tries = 1;; ++tries) {
                    try {
                        return to_.is_layout ? blob_to_layout(from, blob)
                                             : blob_to_registry(from, blob);
                    } catch (const NotFound &) {
                        if (blob.urls.empty())
                            throw;
                        return; // a foreign layer, which the registry does not store
                    } catch (const TransportError &error) {
                        if (!error.transient() || tries == most_copies)
                            throw;
                    } catch (const StatusError &error) {
                        if (!error.transient() || tries == most_copies)
                            throw;
                    }
                    images_.client().pause(tries);
                }
            });
        });
    }

    void blob_to_layout(const Location &from, const Descriptor &blob) {
        if (layout_has(to_.directory, blob.digest))
            return;
        auto writer = std::make_shared<LayoutWriter>(to_.directory, blob);
        if (from.is_layout) {
            auto source = open_layout_blob(from.directory, blob);
            std::string buffer(256u << 10, '\0');
            for (std::size_t count = 1; count > 0;) {
                source->read(buffer.data(), buffer.size(), count);
                writer->write(std::string_view(buffer).substr(0, count));
            }
        } else {
            images_.client().read_blob(from.reference, blob, writer);
        }
        writer->commit();
    }

    void blob_to_registry(const Location &from, const Descriptor &blob) {
        auto &client = images_.client();
        bool same_host = !from.is_layout && from.reference.domain == to_.reference.domain &&
                         from.reference.path != to_.reference.path;
        // Mounting an existing blob also succeeds.
        if (!same_host && client.has(to_.reference, blob))
            return;
        auto upload =
            client.start_upload(to_.reference, blob.digest, same_host ? from.reference.path : "");
        if (!upload)
            return;
        if (from.is_layout)
            return client.finish_upload(to_.reference, *upload, blob,
                                        open_layout_blob(from.directory, blob));
        stream(from, blob, *upload);
    }

    // Downloads and uploads at the same time. Reports the error of the transfer that failed first.
    void stream(const Location &from, const Descriptor &blob, const Client::Upload &upload) {
        auto &client = images_.client();
        auto pipe = std::make_shared<BlobPipe>(blob.digest, blob.size);
        auto read = std::async(std::launch::async, [&] {
            try {
                client.read_blob(from.reference, blob, pipe);
                if (!pipe->complete())
                    throw Error(fmt::format("{}@{} is shorter than its descriptor says",
                                            from.reference.name(), blob.digest));
            } catch (...) {
                pipe->fail();
                throw;
            }
        });
        std::exception_ptr failure;
        bool upload_failed_first = false;
        try {
            client.finish_upload(to_.reference, upload, blob, pipe);
        } catch (...) {
            failure = std::current_exception();
            upload_failed_first = !pipe->failed();
            pipe->fail();
        }
        if (upload_failed_first) {
            read.wait();
            std::rethrow_exception(failure);
        }
        read.get();
        if (failure)
            std::rethrow_exception(failure);
    }

    // Adds an entry that names the subject for each referrer that no entry of the index reaches.
    void add_referrers() {
        decltype(referrers_) referrers;
        {
            std::lock_guard lock(mutex_);
            std::swap(referrers, referrers_);
        }
        if (referrers.empty())
            return;
        auto reachable = reachable_in_layout(to_.directory);
        for (auto &[subject, manifests] : referrers)
            for (auto &[digest, descriptor] : manifests) {
                if (reachable.contains(digest))
                    continue;
                descriptor.annotations.emplace(layout_subject, subject);
                put_in_layout(to_.directory, descriptor, "");
            }
    }

    Images &images_;
    const Location to_;
    Once manifests_, blobs_;
    Slots slots_;
    std::mutex mutex_;
    std::set<std::string> begun_; // digests of manifests
    std::vector<Subject> subjects_;
    std::map<std::string, std::map<std::string, Descriptor>> referrers_; // by subject
};

Copier::Copier(Images &images, Location to)
    : work_(std::make_unique<Work>(images, std::move(to))) {}
Copier::~Copier() = default;

void Copier::copy(const Location &from, const Descriptor &descriptor) {
    work_->copy(from, descriptor);
}

void Copier::publish(const Location &to, const Document &document) {
    work_->publish(to, document);
}

} // namespace berth::registry
