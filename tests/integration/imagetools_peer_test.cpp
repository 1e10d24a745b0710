// SPDX-License-Identifier: Apache-2.0
// `imagetools` compared with docker buildx's, on registries of the test: output and pushed content
// are the same, and each program works on the other's results.
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "background.hpp"
#include "support.hpp"
#include "test_image.hpp"

#include <algorithm>
#include <regex>
#include <thread>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;

constexpr const char *open_host = "127.0.0.1:21520", *other_host = "127.0.0.1:21521",
                     *basic_host = "127.0.0.1:21522", *token_host = "localhost:21523",
                     *token_port = "21524";
// Of pass-of-me, by bcrypt.
constexpr const char *password_file =
    "me:$2b$05$abcdefghijklmnopqrstuu4RvMBKBSm8ERo5DvSk.gnMjeohVbeCK\n";
constexpr const char *secrets[] = {"pass-of-me", "identity-of-me", "not-the-password"};

class ImagetoolsPeerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        ASSERT_EQ(run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                       "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                       "-keyout", world->folder("key"), "-out", world->folder("certificate")})
                      .code,
                  0);
        world->write("passwords", password_file);
        auto certificate = world->folder("certificate"), key = world->folder("key");
        start_registry("open", open_host, "");
        start_registry("other", other_host, "");
        start_registry("basic", basic_host,
                       "auth: {htpasswd: {realm: r, path: " + world->folder("passwords") + "}}\n");
        start_registry("token", token_host,
                       "auth: {token: {realm: 'http://127.0.0.1:" + std::string(token_port) +
                           "/token', service: registry, issuer: berth-test, rootcertbundle: " +
                           certificate + "}}\n",
                       ", tls: {certificate: " + certificate + ", key: " + key + "}");
        programs.push_back(std::make_unique<Background>(
            Words{"python3", std::string(BERTH_TEST_DATA) + "/data/token_server.py", token_port,
                  key, certificate, world->folder("asked")}));
        auto config = world->write("buildkitd.toml", "[registry.\"" + std::string(token_host) +
                                                         "\"]\nhttp = false\nca = [\"" +
                                                         certificate + "\"]\n");
        builder = world->name("tools");
        ASSERT_EQ(world->berth({"create", "--name", builder, "--buildkitd-config", config}).code,
                  0);
        make_images();
        with_auth("password", R"("auth":")" + base64_encode("me:pass-of-me") + "\"");
        with_auth("wrong", R"("auth":")" + base64_encode("me:not-the-password") + "\"");
        with_auth("identity", R"("identitytoken":"identity-of-me")");
    }
    static void TearDownTestSuite() {
        programs.clear();
        delete world;
        world = nullptr;
    }

    static void start_registry(const std::string &name, const std::string &host,
                               const std::string &auth, const std::string &tls = "") {
        auto config = world->write(name + ".yml", "version: 0.1\nlog: {level: error, accesslog: "
                                                  "{disabled: true}}\nstorage: {filesystem: "
                                                  "{rootdirectory: " +
                                                      world->folder(name) + "}}\nhttp: {addr: '" +
                                                      host + "'" + tls + "}\n" + auth);
        programs.push_back(std::make_unique<Background>(Words{"docker-registry", "serve", config}));
    }
    static void with_auth(const std::string &name, const std::string &entry) {
        json auths;
        for (const auto *host : {basic_host, token_host})
            auths[host] = json::parse("{" + entry + "}");
        world->write(name + "/config.json", json{{"auths", auths}}.dump());
    }

    static void make_images() {
        layout = std::make_unique<TestLayout>(world->folder("layout"));
        auto amd = layout->add_image("amd64"), arm = layout->add_image("arm64"),
             docker = layout->add_image("s390x", true);
        auto bare = amd;
        bare.erase("platform");
        layout->add_tag("single", bare);
        layout->add_tag("docker", docker);
        layout->add_index("two", {amd, arm});
        layout->add_index("full",
                          {amd, layout->add_attestation(amd), arm, layout->add_attestation(arm)});
        layout->add_index("one", {arm, layout->add_attestation(arm)});
        auto windows = docker;
        windows["platform"] = {{"architecture", "amd64"},
                               {"os", "windows"},
                               {"os.version", "10.0.1"},
                               {"os.features", {"win32k", "x"}}};
        layout->add_index("windows", {windows, arm});
        windows["urls"] = {"https://a.example/b"}; // which docker buildx would ask for it
        layout->add_index("urls", {windows, arm});
        for (int i = 0; i < 100 && run({"curl", "-sf", std::string(open_host) + "/v2/"}).code != 0;
             ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        for (const auto *tag : {"single", "docker", "two", "full", "one", "windows", "urls"}) {
            auto pushed =
                ours({"create", "--prefer-index=false", "-t", image(tag), layout->name(tag)});
            ASSERT_EQ(pushed.code, 0) << pushed.err;
        }
    }

    static std::string image(const std::string &tag) {
        return std::string(open_host) + "/app:" + tag;
    }
    static Words complete(Words words) {
        words.insert(words.begin(), {"--builder", builder, "imagetools"});
        return words;
    }
    static Result ours(const Words &words, const Variables &more = {}) {
        return world->berth(complete(words), more);
    }
    // Docker buildx reads the certificates of buildkitd.toml and then does not use them.
    static Result theirs(const Words &words, Variables more = {}) {
        more.emplace("SSL_CERT_FILE", world->folder("certificate"));
        return world->peer(complete(words), more);
    }
    static std::string raw(const std::string &name, const Variables &more = {}) {
        auto shown = theirs({"inspect", "--raw", name}, more);
        EXPECT_EQ(shown.code, 0) << name << shown.err;
        return shown.out;
    }
    // Both fail, or both print the same.
    static void expect_same(const Words &words) {
        auto mine = ours(words), other = theirs(words);
        EXPECT_EQ(mine.code == 0, other.code == 0) << join(words, " ") << mine.err << other.err;
        EXPECT_EQ(mine.out, other.out) << join(words, " ");
        if (other.code != 0) {
            EXPECT_THAT(mine.err, ::testing::StartsWith(std::string(trim(other.err))))
                << join(words, " ");
        }
    }
    // Docker buildx prints annotations in any order.
    static void expect_same_text(const Words &words) {
        auto sorted = [](const Result &result) {
            auto lines = split(result.out, '\n');
            std::sort(lines.begin(), lines.end());
            return lines;
        };
        EXPECT_EQ(sorted(ours(words)), sorted(theirs(words))) << join(words, " ");
    }
    // Lines of plain progress without their times, in no order.
    static Words progress(const Result &result) {
        auto text = std::regex_replace(result.err, std::regex("(^|\n)#[0-9]+ ([0-9.]+ )?"), "$1");
        auto lines = split(std::regex_replace(text, std::regex("DONE [0-9.]+s"), "DONE"), '\n');
        // A step's name and dots come again when steps take turns.
        std::erase_if(lines, [](const auto &line) { return line.empty() || line == "..."; });
        std::sort(lines.begin(), lines.end());
        lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
        return lines;
    }

    static inline World *world = nullptr;
    static inline std::vector<std::unique_ptr<Background>> programs;
    static inline std::unique_ptr<TestLayout> layout;
    static inline std::string builder;
};

TEST_F(ImagetoolsPeerTest, InspectsTheSame) {
    for (const auto *tag : {"single", "docker", "two", "full", "one", "windows", "nosuch"})
        for (const auto &name : {image(tag), layout->name(tag)}) {
            if (std::string(tag) == "nosuch" && name == layout->name(tag))
                continue; // other words
            expect_same_text({"inspect", name});
            expect_same_text({"inspect", name, "--format", " {{ .Manifest }} "});
            for (const Words &options : std::vector<Words>{
                     {"--raw"},
                     {"--format", "{{json .Manifest}}"},
                     {"--format", "{{json .Image}}"},
                     {"--format", "{{json .Provenance}}"},
                     {"--format", "{{json .SBOM}}"},
                     {"--format", "{{json .}}"},
                     {"--format", "{{.Name}} {{.Manifest.Digest}} {{.Manifest.Size}}"}}) {
                Words words = {"inspect", name};
                words.insert(words.end(), options.begin(), options.end());
                expect_same(words);
            }
        }
    expect_same_text({"inspect", image("urls")});
    for (const auto *format :
         {"{{range .Manifest.Manifests}}{{.Digest}} {{.Platform.Architecture}}\n{{end}}",
          R"({{(index .Image "linux/arm64").Config.Env}})",
          R"({{json (index .Image "linux/arm64").Config.Labels}})",
          R"({{range $p, $i := .Image}}{{$p}} {{$i.Author}} {{$i.RootFS.Type}};{{end}})",
          R"({{with index .Provenance "linux/amd64"}}{{.SLSA.z}}{{end}})",
          R"({{json (index .SBOM "linux/amd64").SPDX.files}})"})
        expect_same({"inspect", image("full"), "--format", format});
}

TEST_F(ImagetoolsPeerTest, CombinesTheSame) {
    auto manifests = json::parse(raw(image("two")))["manifests"];
    auto digest = manifests[1]["digest"].get<std::string>();
    auto descriptor = manifests[1];
    descriptor["annotations"] = {{"a", "<b>"}};
    descriptor["platform"]["os.version"] = "1";
    auto file = world->write("descriptor.json", descriptor.dump(2) + "\n");
    auto app = std::string(open_host) + "/app";
    for (const auto &options : std::vector<Words>{
             {image("single")},
             {"--prefer-index=false", image("single")},
             {image("full")},
             {image("docker")},
             {image("docker"), image("docker")},
             {image("docker"), image("single")},
             {image("two"), image("full"), image("one")},
             {image("two"), layout->name("full"), image("docker")},
             {layout->name("windows")},
             {"--platform", "linux/arm64", image("full")},
             {"-p", "linux/arm64/v8,linux/s390x", image("full"), image("docker")},
             {"--platform", "linux/arm64", "--annotation", "index:a=b", image("full")},
             {"--platform", "linux/ppc64le", image("full")},
             {"--platform", "linux/amd64", "--prefer-index=false", image("single")},
             {"--platform", "linux/arm64", "--prefer-index=false", image("single")},
             {"--platform", "windows(10.0.1)/amd64", image("windows")},
             {"--annotation", "index:a=b", "--annotation", "manifest-descriptor:c=<d>",
              "--annotation", "manifest-descriptor[linux/arm64]:e=f", image("full")},
             {"--annotation", "index,manifest-descriptor:a=b", image("single")},
             {"--annotation", "index:a=b", image("docker")},
             {"--annotation", "a=b", image("full")},
             {"--annotation", "manifest:a=b", image("full")},
             {"--annotation", "index-descriptor:a=b", image("full")},
             {"--annotation", "foo:a=b", image("full")},
             {"--annotation", "nothing", image("full")},
             {"--tag", app, digest},
             {image("two"), digest},
             {app + "@" + digest},
             {"--tag", app, "--file", file},
             {"--tag", app, descriptor.dump()},
             {"--append", "--tag", image("two"), image("docker")},
             {"--tag", app, "--tag", std::string(other_host) + "/app", digest},
             {"{\"schemaVersion\":2}"},
             {app + "@" + manifests[0]["digest"].get<std::string>(), image("nosuch")}}) {
        Words words = {"create", "--dry-run"};
        words.insert(words.end(), options.begin(), options.end());
        auto mine = ours(words), other = theirs(words);
        EXPECT_EQ(mine.code == 0, other.code == 0) << join(words, " ") << mine.err << other.err;
        EXPECT_EQ(mine.out, other.out) << join(words, " ");
    }
}

TEST_F(ImagetoolsPeerTest, PushesTheSameToSeveralRegistries) {
    std::vector<Result> results;
    for (const std::string who : {"aaaa", "bbbb"}) {
        Words words = {"create",           "--progress=plain", "--metadata-file",
                       world->folder(who), image("full"),      layout->name("docker")};
        for (const auto &tag :
             {std::string(open_host) + "/" + who + "/x:1",
              std::string(open_host) + "/" + who + "/x:2", std::string(other_host) + "/" + who})
            words.insert(words.end(), {"--tag", tag});
        results.push_back(who == "aaaa" ? ours(words) : theirs(words));
        EXPECT_EQ(results.back().code, 0) << results.back().err;
    }
    results[1].err = replace_all(results[1].err, "bbbb", "aaaa");
    EXPECT_EQ(progress(results[0]), progress(results[1]));
    EXPECT_EQ(read_file(world->folder("aaaa")),
              replace_all(read_file(world->folder("bbbb")), "bbbb", "aaaa"));
    for (const auto &[host, name] : std::vector<std::pair<std::string, std::string>>{
             {open_host, "/x:1"}, {open_host, "/x:2"}, {other_host, ":latest"}}) {
        EXPECT_EQ(raw(host + "/aaaa" + name), raw(host + "/bbbb" + name));
        auto copied =
            ours({"inspect", host + "/aaaa" + name, "--format", "{{json .}}{{json .SBOM}}"});
        EXPECT_EQ(copied.code, 0) << copied.err << ": all of it is there";
    }
}

TEST_F(ImagetoolsPeerTest, EachAppendsToTheOthersImages) {
    auto append = [](bool berth, const std::string &to, const std::string &what, bool first) {
        Words words = {"create", "--tag", to, what};
        if (!first)
            words.insert(words.begin() + 1, "--append");
        auto result = berth ? ours(words) : theirs(words);
        EXPECT_EQ(result.code, 0) << result.err;
    };
    auto base = std::string(other_host) + "/append";
    for (bool berth : {true, false}) {
        auto to = base + (berth ? ":ours" : ":theirs");
        append(berth, to, image("one"), true);
        append(!berth, to, image("docker"), false);
        append(berth, to, image("full"), false);
    }
    EXPECT_EQ(raw(base + ":ours"), raw(base + ":theirs"));
}

TEST_F(ImagetoolsPeerTest, LayoutsAreTheSame) {
    for (const std::string who : {"mine", "other"}) {
        for (const auto *tag : {"full", "docker"}) {
            Words words = {"create", "--tag", "oci-layout://" + world->folder(who) + ":" + tag,
                           image(tag)};
            auto result = who == "mine" ? ours(words) : theirs(words);
            EXPECT_EQ(result.code, 0) << result.err;
        }
        // And back, by the other program.
        Words words = {"create", "--tag", std::string(other_host) + "/layout:" + who,
                       "oci-layout://" + world->folder(who) + ":full"};
        auto result = who == "mine" ? theirs(words) : ours(words);
        EXPECT_EQ(result.code, 0) << result.err;
    }
    EXPECT_EQ(json::parse(read_file(world->folder("mine") + "/index.json")),
              json::parse(read_file(world->folder("other") + "/index.json")));
    EXPECT_EQ(
        run({"diff", "-r", world->folder("mine") + "/blobs", world->folder("other") + "/blobs"})
            .out,
        "");
    EXPECT_EQ(raw(std::string(other_host) + "/layout:mine"), raw(image("full")));
}

TEST_F(ImagetoolsPeerTest, LogsInIfNeeded) {
    for (const std::string host : {basic_host, token_host})
        for (const std::string config : {"password", "identity", "wrong", "none"}) {
            if (host == basic_host && config == "identity")
                continue;
            Variables with = {{"DOCKER_CONFIG", world->folder(config)}};
            bool works = config == "password" || config == "identity";
            for (bool berth : {true, false}) {
                auto name = host + "/" + config + (berth ? "/ours" : "/theirs");
                Words words = {"create", "--tag", name, image("full")};
                if (berth)
                    words.insert(words.begin() + 1, "--debug");
                auto pushed = berth ? ours(words, with) : theirs(words, with);
                EXPECT_EQ(pushed.code, works ? 0 : 1) << name << pushed.err;
                for (const auto *secret : secrets)
                    EXPECT_THAT(
                        pushed.out + pushed.err,
                        AllOf(Not(HasSubstr(secret)), Not(HasSubstr(base64_encode(secret)))));
            }
            if (!works)
                continue;
            auto theirs_raw = raw(host + "/" + config + "/theirs", with);
            auto mine = ours({"inspect", "--raw", host + "/" + config + "/ours"}, with);
            EXPECT_EQ(mine.out, theirs_raw) << mine.err;
        }
}

TEST_F(ImagetoolsPeerTest, AnUnknownCertificateIsRefused) {
    auto plain = world->name("plain");
    auto config = world->write("plain.toml",
                               "[registry.\"" + std::string(token_host) + "\"]\nhttp = false\n");
    ASSERT_EQ(world->berth({"create", "--name", plain, "--buildkitd-config", config}).code, 0);
    auto refused = world->berth(
        {"--builder", plain, "imagetools", "inspect", std::string(token_host) + "/password/ours"},
        {{"DOCKER_CONFIG", world->folder("password")}});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("certificate"), HasSubstr("--ca FILE")));
}

TEST_F(ImagetoolsPeerTest, BadCommandLinesFailBeforeAnyRequest) {
    for (const auto &[words, told] : std::vector<std::pair<Words, std::string>>{
             {{"create"}, "no sources specified"},
             {{"create", image("two")}, "please set --tag or --dry-run"},
             {{"create", "--dry-run", "Not A Name"}, "failed to parse source"},
             {{"create", "-t", "x", "--progress", "loud", image("two")}, "loud"},
             {{"inspect", "--raw", "--format", "x", image("two")},
              "format and raw cannot be used together"},
             {{"inspect"}, "requires 1 argument"}}) {
        auto result = ours(words);
        EXPECT_EQ(result.code, 2) << join(words, " ");
        EXPECT_THAT(result.err, HasSubstr(told)) << join(words, " ");
    }
}

} // namespace
} // namespace berth::test
