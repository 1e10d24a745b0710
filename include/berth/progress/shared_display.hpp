// SPDX-License-Identifier: Apache-2.0
// One display for several builds at once, with the name of each before its steps: `[app 2/3] RUN
// make`. Steps that builds have in common come with the progress of each of them; they are drawn
// once, under the name of the first. On several builders a step of the same digest is done by each.
#pragma once

#include "berth/progress/display.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace berth::progress {

class SharedDisplay {
  public:
    explicit SharedDisplay(Display &display) : display_(display) {}

    // The progress of one build. Thread-safe, also with respect to other parts.
    class Part : public Display {
      public:
        // `name`: of the build. `place`: names the builder, when there are several.
        Part(SharedDisplay &shared, std::string name, std::string place = {})
            : shared_(shared), name_(std::move(name)), place_(std::move(place)) {}
        ~Part() override { finish(); }

        void update(const SolveStatus &status) override { shared_.update(status, *this); }
        // This build has no more logs: another build with a common step continues its log.
        void finish() override { shared_.release(*this); }
        // Of all builds, once they have ended.
        const std::vector<VertexWarning> &warnings() const override {
            return shared_.display_.warnings();
        }

      private:
        friend SharedDisplay;
        SharedDisplay &shared_;
        std::string name_, place_;
    };

  private:
    void update(const SolveStatus &status, const Part &part);
    void release(const Part &part);
    void name_vertex(Vertex &vertex, const Part &part);
    bool is_news(const Vertex &vertex);
    bool is_news(const VertexStatus &status);
    bool is_news(const VertexWarning &warning, const Part &part);

    Display &display_;
    std::mutex mutex_;
    // By digest of the step:
    std::map<std::string, std::string> owners_; // name of the first build with the step
    std::map<std::string, const Part *> logs_;  // the build whose log is drawn
    std::map<std::string, Vertex> vertexes_;
    std::map<std::pair<std::string, std::string>, VertexStatus> statuses_; // and its id
    std::map<std::string, std::string> warnings_; // the place of the builder that gave each
};

// `[app internal] load metadata` of `[internal] load metadata`, and `[app] exporting` of
// `exporting`, like docker buildx.
std::string with_build_name(const std::string &build, const std::string &step);

} // namespace berth::progress
