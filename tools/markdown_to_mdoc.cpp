// SPDX-License-Identifier: Apache-2.0
#include "markdown_to_mdoc.hpp"

#include <cctype>
#include <cmark.h>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace tools {

namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    return result;
}

class Renderer {
  public:
    MdocText render(cmark_node *document) {
        MdocText result;
        for (auto *node = cmark_node_first_child(document); node != nullptr;
             node = cmark_node_next(node)) {
            if (cmark_node_get_type(node) == CMARK_NODE_HEADING && !headed_) {
                result.lead = std::move(out_);
                out_.clear();
                headed_ = true;
            }
            block(node);
        }
        (headed_ ? result.rest : result.lead) = std::move(out_);
        return result;
    }

    // One sentence per line, and lines of at most 78 characters.
    static std::string sentences(const std::string &line) {
        std::string result;
        auto add = [&](std::string sentence) { result += folded(sentence); };
        std::size_t begin = 0;
        for (std::size_t i = 0; i + 2 < line.size(); ++i) {
            bool ends = (line[i] == '.' || line[i] == ':') && line[i + 1] == ' ' &&
                        std::isupper(static_cast<unsigned char>(line[i + 2])) != 0;
            if (ends && i > begin) {
                add(line.substr(begin, i + 1 - begin));
                begin = i + 2;
            }
        }
        add(line.substr(begin));
        return result;
    }

  private:
    void block(cmark_node *node) {
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_HEADING:
            out_ += ".Sh " + upper(literal_text(node)) + "\n";
            follows_text_ = false;
            break;
        case CMARK_NODE_PARAGRAPH:
            if (follows_text_)
                out_ += ".Pp\n";
            text(cmark_node_first_child(node));
            follows_text_ = true;
            break;
        case CMARK_NODE_CODE_BLOCK:
            code(cmark_node_get_literal(node));
            follows_text_ = true;
            break;
        case CMARK_NODE_LIST:
            list(node);
            follows_text_ = true;
            break;
        default:
            throw std::runtime_error(std::string("no way to show a ") +
                                     cmark_node_get_type_string(node) + " in a manual page");
        }
    }

    static std::string literal_text(cmark_node *node) {
        std::string result;
        for (auto *child = cmark_node_first_child(node); child != nullptr;
             child = cmark_node_next(child))
            if (const auto *literal = cmark_node_get_literal(child))
                result += literal;
        return result;
    }

    // Running text, one sentence per line.
    void text(cmark_node *child) {
        std::string line;
        for (; child != nullptr; child = cmark_node_next(child)) {
            const auto *literal = cmark_node_get_literal(child);
            switch (cmark_node_get_type(child)) {
            case CMARK_NODE_CODE:
                line += "\\fB" + escaped(literal) + "\\fP";
                break;
            case CMARK_NODE_SOFTBREAK:
                line += ' ';
                break;
            case CMARK_NODE_TEXT:
                line += escaped(literal);
                break;
            default:
                throw std::runtime_error(std::string("no way to show a ") +
                                         cmark_node_get_type_string(child) + " in a manual page");
            }
        }
        out_ += sentences(line);
    }

    // In lines of at most 78 characters.
    static std::string folded(const std::string &sentence) {
        std::string result, line;
        auto end_line = [&] {
            if (line.starts_with('.') || line.starts_with('\''))
                line.insert(0, "\\&");
            result += line + "\n";
            line.clear();
        };
        std::istringstream words(sentence);
        for (std::string word; words >> word;) {
            if (!line.empty() && line.size() + 1 + word.size() > 78)
                end_line();
            line += (line.empty() ? "" : " ") + word;
        }
        end_line();
        return result;
    }

    void code(std::string_view literal) {
        out_ += ".Bd -literal -offset indent\n";
        std::size_t begin = 0;
        while (begin < literal.size()) {
            auto end = literal.find('\n', begin);
            auto line = escaped(literal.substr(begin, end - begin));
            out_ += (line.starts_with('.') || line.starts_with('\'') ? "\\&" : "") + line + "\n";
            begin = end + 1;
        }
        out_ += ".Ed\n";
    }

    // `NAME`, `NAME`: text: the part before the colon is the tag.
    void list(cmark_node *node) {
        out_ += ".Bl -tag -width Ds\n";
        for (auto *item = cmark_node_first_child(node); item != nullptr;
             item = cmark_node_next(item)) {
            auto *child = cmark_node_first_child(cmark_node_first_child(item));
            std::string tag;
            for (; child != nullptr; child = cmark_node_next(child)) {
                std::string literal = cmark_node_get_literal(child);
                if (cmark_node_get_type(child) == CMARK_NODE_CODE) {
                    tag += " Ic " + mdoc_word(literal);
                } else if (literal.starts_with(": ")) {
                    cmark_node_set_literal(child, literal.substr(2).c_str());
                    break;
                } else {
                    tag += " ,";
                }
            }
            out_ += ".It" + tag + "\n";
            text(child);
        }
        out_ += ".El\n";
    }

    std::string out_;
    bool headed_ = false, follows_text_ = false;
};

} // namespace

MdocText markdown_to_mdoc(std::string_view markdown) {
    std::unique_ptr<cmark_node, decltype(&cmark_node_free)> document(
        cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT), cmark_node_free);
    return Renderer().render(document.get());
}

std::string mdoc_word(const std::string &text) {
    std::string result;
    for (char c : text)
        result += c == '"' ? "\\(dq" : escaped(std::string(1, c));
    // `|`, `.` and similar words are punctuation for macros; a short word may be a macro.
    return result.find_first_of(" |.,:;()[]?!") != std::string::npos || result.size() <= 3
               ? "\"\\&" + result + "\""
               : result;
}

std::string mdoc_sentence(const std::string &text) {
    auto sentence = escaped(text) + (text.ends_with('.') ? "" : ".");
    sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
    return Renderer::sentences(sentence);
}

std::string upper(std::string text) {
    for (char &c : text)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

} // namespace tools
