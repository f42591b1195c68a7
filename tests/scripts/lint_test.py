#!/usr/bin/python3 -B
"""scripts/lint.py finds what it is there for, and says where.

    lint_test.py REPOSITORY
"""

import os
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = os.path.abspath(sys.argv.pop(1))
SCRIPTS = os.path.join(REPOSITORY, "scripts")
sys.path.insert(0, SCRIPTS)

import include_edges  # noqa: E402
import lint  # noqa: E402

HEADER = "// What is in it.\n#pragma once\n"


def problems(path, text):
    return [f"{number}: {sentence}" for number, sentence in lint.check_file(path, text)]


def includes(path, *lines):
    return [f"{number}: {sentence}"
            for number, sentence in include_edges.check_includes(path, lines)]


class IncludeEdges(unittest.TestCase):
    def test_arrows_go_one_way(self):
        self.assertEqual(includes("server/raft/a.cc", '#include "common/id.h"'), [])
        self.assertEqual(includes("server/raft/a.cc", "", '#include "server/mvcc/row.h"'),
                         ['2: server/raft must not include "server/mvcc/row.h"'])
        self.assertEqual(includes("common/a.h", '#include "server/raft/node.h"'),
                         ['1: common must not include "server/raft/node.h"'])
        self.assertEqual(includes("server/replica/a.h", '#  include "server/wal/wal.h"'),
                         ['1: server/replica must not include "server/wal/wal.h"'])

    def test_an_edge_does_not_know_another(self):
        self.assertEqual(includes("server/wal/a.cc", '#include "server/store/sqlite.h"'),
                         ['1: server/wal must not include "server/store/sqlite.h"'])

    def test_the_client_does_not_know_the_server(self):
        self.assertEqual(includes("ctl/commands/a.cc", '#include "server/raft/types.h"'),
                         ['1: ctl must not include "server/raft/types.h"'])

    def test_raft_and_mvcc_know_no_messages(self):
        for folder in ("server/raft", "server/mvcc"):
            self.assertEqual(includes(folder + "/a.cc", '#include "proto/rpc.pb.h"'),
                             [f'1: {folder} must not include "proto/rpc.pb.h"'])

    def test_a_folder_includes_itself_and_what_is_in_it(self):
        self.assertEqual(includes("server/mvcc/a.cc", '#include "server/mvcc/keytree/tree.h"'), [])
        self.assertEqual(includes("server/mvcc/keytree/a.cc", '#include "server/mvcc/row.h"'), [])
        self.assertEqual(includes("common/a.cc", '#include "common/grpc/call.h"'),
                         ['1: common must not include "common/grpc/call.h"'])

    def test_a_folder_without_a_row(self):
        self.assertEqual(includes("elsewhere/a.cc"),
                         ["1: elsewhere has no row in the table of include edges"])
        self.assertEqual(len(includes("server/raft/a.cc", '#include "node.h"')), 1)

    def test_tests_may_include_everything(self):
        self.assertEqual(includes("tests/raft/a.cc", '#include "server/server.h"'), [])

    def test_libraries_stay_at_their_edge(self):
        self.assertEqual(includes("server/store/a.cc", "#include <sqlite3.h>"), [])
        self.assertEqual(includes("server/mvcc/a.cc", "#include <sqlite3.h>"),
                         ["1: server/mvcc must not include <sqlite3.h>"])
        self.assertEqual(includes("server/raft/a.cc", "#include <boost/asio/post.hpp>"),
                         ["1: server/raft must not include <boost/asio/post.hpp>"])
        self.assertEqual(includes("server/mvcc/a.cc", "#include <boost/unordered_map.hpp>"), [])

    def test_libraries_stay_out_of_headers(self):
        self.assertEqual(includes("server/store/a.h", "#include <sqlite3.h>"),
                         ["1: <sqlite3.h> belongs into .cc files"])

    def test_the_tables_speak_of_what_is_there(self):
        folders = [*include_edges.FOLDERS, *" ".join(include_edges.FOLDERS.values()).split(),
                   *" ".join(include_edges.LIBRARIES.values()).split()]
        for path in [*folders, *include_edges.HEADERS, *lint.LONG_HEADERS]:
            self.assertTrue(os.path.exists(os.path.join(REPOSITORY, path)), path)


class HouseRules(unittest.TestCase):
    def test_sizes(self):
        self.assertEqual(problems("common/a.h", HEADER + "\n" * 147), [])
        self.assertEqual(problems("common/a.h", HEADER + "\n" * 148),
                         ["1: 150 lines; a header has fewer than 150"])
        self.assertEqual(problems("common/a.cc", "\n" * 599), [])
        self.assertEqual(problems("common/a.cc", "\n" * 600),
                         ["1: 600 lines; a source has fewer than 600"])

    def test_a_long_header_leaves_the_list_when_short(self):
        for path in lint.LONG_HEADERS:
            self.assertEqual(problems(path, HEADER + "\n" * 148), [])
            self.assertEqual(len(problems(path, HEADER + "\n" * 147)), 1)
            self.assertEqual(len(problems(path, HEADER + "\n" * (lint.LONG_HEADER_LINES - 2))), 1)

    def test_columns_count_characters(self):
        self.assertEqual(problems("a/meson.build", "é" * 100 + "\n"), [])
        self.assertEqual(problems("a/meson.build", "x" * 101 + "\n"),
                         ["1: 101 columns; 100 at most"])

    def test_headers(self):
        self.assertEqual(problems("common/a.h", "#pragma once\n"),
                         ["1: a header begins with a comment that says what is in it"])
        self.assertEqual(problems("common/a.h", "// A thing.\n"), ["1: a header has #pragma once"])

    def test_forbidden_words(self):
        for word in lint.FORBIDDEN:
            self.assertEqual(problems("tests/a.cc", f"\n  // {word}: later\n"),
                             [f"2: {word}: {lint.FORBIDDEN[word]}"])

    def test_names(self):
        for name in ("util", "string_utils", "misc", "test_helper", "lock_manager"):
            self.assertEqual(problems(f"common/{name}.cc", ""), ["1: this name names nothing"])
        self.assertEqual(problems("common/utility_types.cc", ""), [])

    def test_python(self):
        self.assertEqual(len(problems("tests/a.py", "def f(:\n")), 1)
        self.assertEqual(problems("tests/a.py", "def f():\n    return 1\n"), [])

    def test_line_ends(self):
        self.assertEqual(problems("tests/a.cc", "int x;"), ["1: the last line has no end"])
        self.assertEqual(problems("tests/a.cc", "int x; \n"), ["1: blanks at the end of the line"])


class WholeProgram(unittest.TestCase):
    def run_lint(self, files):
        with tempfile.TemporaryDirectory() as root:
            subprocess.run(["git", "init", "-q", root], check=True)
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return subprocess.run([os.path.join(SCRIPTS, "lint.py"), root], capture_output=True,
                                  text=True, check=False)

    def test_says_where_and_fails(self):
        done = self.run_lint({"server/raft/a.h": HEADER + '\n#include "server/wal/wal.h"\n'})
        self.assertEqual(done.stdout, 'server/raft/a.h:4: server/raft must not include '
                                      '"server/wal/wal.h"\n1 files, 1 problems\n')
        self.assertEqual(done.returncode, 1)

    def test_passes(self):
        done = self.run_lint({"server/raft/a.h": HEADER + '\n#include "common/id.h"\n'})
        self.assertEqual((done.returncode, done.stdout), (0, "1 files, 0 problems\n"))


if __name__ == "__main__":
    unittest.main()
