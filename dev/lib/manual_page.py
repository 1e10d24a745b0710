# SPDX-License-Identifier: Apache-2.0
# manual_page.py: turns the HTML of a manual page (mandoc -T html -O fragment) into a page of the site: Markdown headings,
# so that mkdocs lists the sections, with mandoc's HTML between them.
import os
import re
import sys

html = sys.stdin.read()
# Other programs' pages, for example docker(1), are not part of the site.
html = re.sub(
    r'<a class="Xr" href="(.*?)\.html">(.*?)</a>',
    lambda match: match.group(0) if os.path.exists(f"man/{match.group(1)}.md") else match.group(2),
    html,
    flags=re.S,
)
# Links references that are plain text in the prose.
html = re.sub(
    r"(?<![\w>-])(berth(?:-[a-z]+)*(?:\.toml)?)\(\d\)",
    lambda match: f'<a href="{match.group(1)}.html">{match.group(0)}</a>'
    if os.path.exists(f"man/{match.group(1)}.md")
    else match.group(0),
    html,
)
name, summary = re.search(r'<code class="Nm">(.*?)</code>.*?<span class="Nd">(.*?)</span>', html, re.S).groups()
sections = re.findall(r'<section class="Sh">\s*<h1 class="Sh" id="[^"]*">(.*?)</h1>(.*?)</section>', html, re.S)

# berth-history-ls is the page of `berth history ls`, but berth-dial-stdio that of `berth dial-stdio`.
synopsis = re.search(r'<table class="Nm">.*?<code class="Nm">(.*?)</code>', html, re.S)
title = synopsis.group(1) if synopsis else name.removeprefix("berth-")
summary = summary[0].upper() + " ".join(summary[1:].split())
print(f"# {title}\n\n{summary}.\n")
for heading, text in sections:
    heading = " ".join(re.sub("<[^>]*>", "", heading).split())
    if heading == "NAME":
        continue
    print(f"## {heading.capitalize()}\n\n<div class=\"manual\">\n{text.strip()}\n</div>\n")
