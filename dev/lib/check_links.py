# SPDX-License-Identifier: Apache-2.0
# check_links.py DIRECTORY | FILE.md...: checks the links of the HTML pages in DIRECTORY, or of Markdown files: files
# must exist, and anchors too. Links to other sites are not followed. Prints what leads nowhere, and fails then.
import html.parser
import os
import re
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links and anchors of an HTML page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("href", "src") and value is not None:
                self.links.append(value)
            elif key in ("id", "name") and value:
                self.anchors.add(value)


class Markdown:
    """The links and anchors of a Markdown file, as GitHub makes them from headings."""

    def __init__(self, text):
        text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
        prose = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
        self.links = re.findall(r"\]\(([^)\s]*)\)", re.sub(r"`[^`\n]*`", "", prose))
        self.anchors = {""}
        for heading in re.findall(r"^#+ (.*)$", prose, flags=re.M):
            self.anchors.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))


def parse(path, cache={}):
    if path not in cache:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        cache[path] = Page(text) if path.endswith(".html") else Markdown(text) if path.endswith(".md") else None
    return cache[path]


def dead_links(path):
    for link in parse(path).links:
        url = urllib.parse.urlsplit(link)
        if url.scheme or url.netloc:
            continue
        target = path
        if url.path:
            target = os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(url.path)))
        if not os.path.exists(target):
            yield link
        elif url.fragment and target.endswith((".html", ".md")):
            if urllib.parse.unquote(url.fragment) not in parse(target).anchors:
                yield link


paths = sys.argv[1:]
if len(paths) == 1 and os.path.isdir(paths[0]):
    # 404.html is served at any address, so its links are absolute.
    paths = sorted(
        os.path.join(directory, name)
        for directory, _, names in os.walk(paths[0])
        for name in names
        if name.endswith(".html") and name != "404.html"
    )
dead = [f"{path}: {link} leads nowhere" for path in paths for link in dead_links(path)]
print("\n".join(dead), end="\n" if dead else "")
sys.exit(1 if dead else 0)
