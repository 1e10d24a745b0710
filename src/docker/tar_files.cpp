#include "berth/docker/arguments.hpp"
#include "berth/util/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <set>

namespace berth::docker {

namespace {

struct Free {
    void operator()(archive *writer) const { ::archive_write_free(writer); }
    void operator()(archive_entry *entry) const { ::archive_entry_free(entry); }
};

class Writer {
  public:
    Writer() : writer_(::archive_write_new()) {
        // What busybox tar reads of long names.
        check(::archive_write_set_format_gnutar(writer_.get()));
        check(::archive_write_set_bytes_per_block(writer_.get(), 0));
        check(::archive_write_open(writer_.get(), &text_, nullptr, append, nullptr));
    }

    void directory(const std::string &path) { header(path, AE_IFDIR, 0755, 0); }

    void file(const std::string &path, unsigned mode, const std::string &content) {
        header(path, AE_IFREG, mode, content.size());
        if (::archive_write_data(writer_.get(), content.data(), content.size()) !=
            static_cast<la_ssize_t>(content.size()))
            check(ARCHIVE_FATAL);
    }

    std::string finish() {
        check(::archive_write_close(writer_.get()));
        return std::move(text_);
    }

  private:
    static la_ssize_t append(archive *, void *text, const void *bytes, std::size_t size) {
        static_cast<std::string *>(text)->append(static_cast<const char *>(bytes), size);
        return static_cast<la_ssize_t>(size);
    }

    void header(const std::string &path, unsigned type, unsigned mode, std::size_t size) {
        std::unique_ptr<archive_entry, Free> entry(::archive_entry_new());
        ::archive_entry_set_pathname(entry.get(), path.c_str());
        ::archive_entry_set_filetype(entry.get(), type);
        ::archive_entry_set_perm(entry.get(), mode);
        ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
        ::archive_entry_set_mtime(entry.get(), 0, 0);
        check(::archive_write_header(writer_.get(), entry.get()));
    }

    void check(int result) {
        if (result < ARCHIVE_WARN) {
            const auto *reason = ::archive_error_string(writer_.get());
            throw Error(std::string("cannot make an archive: ") + (reason ? reason : "no memory"));
        }
    }

    std::string text_;
    std::unique_ptr<archive, Free> writer_;
};

} // namespace

std::string tar_files(const std::map<std::string, std::string> &files, unsigned mode) {
    Writer writer;
    std::set<std::string> made;
    for (const auto &[name, content] : files) {
        auto path = name.substr(name.find_first_not_of('/'));
        for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
            if (made.insert(path.substr(0, slash)).second)
                writer.directory(path.substr(0, slash));
        writer.file(path, mode, content);
    }
    return writer.finish();
}

} // namespace berth::docker
