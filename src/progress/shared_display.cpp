// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/shared_display.hpp"

#include "berth/util/encoding.hpp"

#include <algorithm>

namespace berth::progress {

namespace {

bool same_progress(const Vertex &a, const Vertex &b) {
    return a.started == b.started && a.completed == b.completed && a.cached == b.cached &&
           a.error == b.error;
}

bool same_progress(const VertexStatus &a, const VertexStatus &b) {
    return a.current == b.current && a.total == b.total && a.started == b.started &&
           a.completed == b.completed;
}

void move_digest(std::string &digest, const std::string &place) {
    if (!digest.empty())
        digest = "sha256:" + sha256_hex(place + "\n" + digest);
}

// Gives the steps of a builder digests that no other builder's steps have.
void move_digests(SolveStatus &status, const std::string &place) {
    for (auto &vertex : status.vertexes) {
        move_digest(vertex.digest, place);
        for (auto &input : vertex.inputs)
            move_digest(input, place);
        if (!vertex.progress_group.empty())
            vertex.progress_group += "@" + place;
    }
    for (auto &one : status.statuses)
        move_digest(one.vertex, place);
    for (auto &log : status.logs)
        move_digest(log.vertex, place);
    for (auto &warning : status.warnings)
        move_digest(warning.vertex, place);
}

} // namespace

std::string with_build_name(const std::string &build, const std::string &step) {
    return step.starts_with('[') ? "[" + build + " " + step.substr(1) : "[" + build + "] " + step;
}

void SharedDisplay::name_vertex(Vertex &vertex, const Part &part) {
    if (auto known = vertexes_.find(vertex.digest);
        known != vertexes_.end() && owners_.at(vertex.digest) != part.name_) {
        vertex.name = known->second.name;
        vertex.progress_group_name = known->second.progress_group_name;
        return;
    }
    owners_.try_emplace(vertex.digest, part.name_);
    vertex.name = with_build_name(part.name_, vertex.name);
    if (!vertex.progress_group.empty())
        vertex.progress_group_name = with_build_name(part.name_, vertex.progress_group_name);
}

bool SharedDisplay::is_news(const Vertex &vertex) {
    auto [known, added] = vertexes_.try_emplace(vertex.digest, vertex);
    if (!added && same_progress(known->second, vertex))
        return false;
    known->second = vertex;
    return true;
}

bool SharedDisplay::is_news(const VertexStatus &status) {
    auto [known, added] = statuses_.try_emplace({status.vertex, status.id}, status);
    if (!added && same_progress(known->second, status))
        return false;
    known->second = status;
    return true;
}

// All builders of one Dockerfile warn of the same.
bool SharedDisplay::is_news(const VertexWarning &warning, const Part &part) {
    auto anywhere = warning;
    anywhere.vertex.clear();
    return warnings_.try_emplace(format_warning(anywhere), part.place_).first->second ==
           part.place_;
}

void SharedDisplay::update(const SolveStatus &status, const Part &part) {
    std::lock_guard lock(mutex_);
    auto news = status;
    if (!part.place_.empty())
        move_digests(news, part.place_);
    for (auto &vertex : news.vertexes)
        name_vertex(vertex, part);
    std::erase_if(news.vertexes, [this](const auto &vertex) { return !is_news(vertex); });
    std::erase_if(news.statuses, [this](const auto &one) { return !is_news(one); });
    std::erase_if(news.logs, [&](const auto &log) {
        return logs_.try_emplace(log.vertex, &part).first->second != &part;
    });
    std::erase_if(news.warnings, [&](const auto &one) { return !is_news(one, part); });
    display_.update(news);
}

void SharedDisplay::release(const Part &part) {
    std::lock_guard lock(mutex_);
    std::erase_if(logs_, [&part](const auto &log) { return log.second == &part; });
}

} // namespace berth::progress
