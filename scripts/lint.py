#!/usr/bin/python3 -B
"""Checks what the compiler and clang-format do not: sizes, names, forbidden words, include edges.

    lint.py [DIRECTORY]      default: the repository this file is in

Prints file:line: sentence for each problem and ends with 1 if there is any.
"""

import os
import re
import subprocess
import sys

from include_edges import check_includes

COLUMNS_MAX = 100
HEADER_LINES = 150  # a header has fewer
SOURCE_LINES = 600

# Until they are split: longer than that, and below this.
LONG_HEADER_LINES = 260
LONG_HEADERS = {
    "server/raft/node.h",
    "server/raft/state.h",
    "server/replica/replica.h",
    "tests/wal/log_host.h",
}

# Put together, so that this file does not find itself.
FORBIDDEN = {
    "TO" + "DO": "finish it, or write down what is missing where users read it",
    "FIX" + "ME": "fix it",
    "asio::" + "detached": "nobody waits for what is spawned so, nor sees it fail",
}
FORBIDDEN_WORD = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in FORBIDDEN))
NAMES_NOTHING = re.compile(r"(^|_)(utils?|misc|helpers?|managers?)$")


def is_cpp(path):
    return path.endswith((".cc", ".h"))


def is_source(path):
    """Written by hand and read by people."""
    name = os.path.basename(path)
    return (is_cpp(path) or path.endswith((".py", ".sh")) or name == "meson.build"
            or os.path.dirname(path) in ("scripts", ".ci"))


def check_length(path, lines):
    is_header = path.endswith(".h")
    below = HEADER_LINES if is_header else SOURCE_LINES
    if path in LONG_HEADERS:
        below = LONG_HEADER_LINES
    if len(lines) >= below:
        kind = "a header" if is_header else "a source"
        yield 1, f"{len(lines)} lines; {kind} has fewer than {below}"
    elif below == LONG_HEADER_LINES and len(lines) < HEADER_LINES:
        yield 1, "is short enough now: take it out of LONG_HEADERS in scripts/lint.py"


def check_header(lines):
    if not lines or not lines[0].startswith("//"):
        yield 1, "a header begins with a comment that says what is in it"
    if "#pragma once" not in lines:
        yield 1, "a header has #pragma once"


def check_lines(lines):
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield number, f"{len(line)} columns; {COLUMNS_MAX} at most"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        word = FORBIDDEN_WORD.search(line)
        if word:
            yield number, f"{word[0]}: {FORBIDDEN[word[0]]}"


def check_python(path, lines):
    try:
        compile("\n".join(lines) + "\n", path, "exec")
    except SyntaxError as error:
        yield error.lineno or 1, f"Python: {error.msg}"


def check_file(path, text):
    """Yields (line number, sentence) for each problem."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    else:
        yield len(lines), "the last line has no end"
    if NAMES_NOTHING.search(os.path.splitext(os.path.basename(path))[0]):
        yield 1, "this name names nothing"
    yield from check_length(path, lines)
    yield from check_lines(lines)
    if path.endswith(".h"):
        yield from check_header(lines)
    if is_cpp(path):
        yield from check_includes(path, lines)
    if path.endswith(".py"):
        yield from check_python(path, lines)


def files_in(root):
    """What git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True)
    paths = sorted(set(listed.stdout.split("\0")) - {""})
    return [path for path in paths if os.path.isfile(os.path.join(root, path))]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(
        os.path.abspath(__file__)))
    files = [path for path in files_in(root) if is_source(path)]
    problems = 0
    for path in files:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        for number, sentence in check_file(path, text):
            print(f"{path}:{number}: {sentence}")
            problems += 1
    print(f"{len(files)} files, {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
