# SPDX-License-Identifier: Apache-2.0
"""Reads a screen of a terminal with SGR colours (tmux capture-pane -pe) and writes it as SVG."""
import re
import sys
from xml.sax.saxutils import escape

FONT_SIZE, CHARACTER, LINE, MARGIN = 13, 7.8, 18, 14
BACKGROUND, TEXT = "#1f2328", "#d8dee4"
COLOURS = ["#6e7681", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#d8dee4"]


def changed(style, parameters):
    codes = [int(code or 0) for code in parameters.split(";")]
    for code in codes:
        if code == 0:
            style = {}
        elif code == 1:
            style = {**style, "font-weight": "bold"}
        elif code == 2:
            style = {**style, "opacity": "0.7"}
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = {**style, "fill": COLOURS[code % 10]}
        elif code == 39:
            style = {name: value for name, value in style.items() if name != "fill"}
    return style


def main():
    lines = sys.stdin.read().rstrip().split("\n")
    if lines[-1].strip() == "$":  # the prompt after the last command
        lines.pop()
    columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    width = round(columns * CHARACTER + 2 * MARGIN)
    height = len(lines) * LINE + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
          f'viewBox="0 0 {width} {height}" role="img">')
    print("<title>A terminal session: create a builder, build an image, run it</title>")
    print(f'<rect width="{width}" height="{height}" rx="6" fill="{BACKGROUND}"/>')
    print(f'<g font-family="ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace" '
          f'font-size="{FONT_SIZE}" fill="{TEXT}">')
    style = {}
    for row, line in enumerate(lines):
        y = MARGIN + row * LINE + FONT_SIZE
        column = 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                style = changed(style, part[2:-1])
            elif part:
                if part.strip():
                    attributes = "".join(f' {name}="{value}"' for name, value in style.items())
                    if column == 0 and part.startswith("$ "):
                        attributes += ' font-weight="bold"'
                    # A fixed length keeps columns apart with any font. Browsers collapse spaces, but not
                    # no-break spaces.
                    text = escape(part.rstrip()).replace(" ", "\u00a0")
                    print(f'<text x="{MARGIN + column * CHARACTER:.1f}" y="{y}" '
                          f'textLength="{len(part.rstrip()) * CHARACTER:.1f}"{attributes}>{text}</text>')
                column += len(part)
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
