#include "ctl/output/table.h"

#include <doctest/doctest.h>

using quorate::ctl::draw;

// Expectations: etcdctl 3.4.23.
TEST_CASE("a table has a centred header and rows to the right") {
  CHECK(draw({{"endpoint", "hash_revision", "x"},
              {{"127.0.0.1:21200", "7", ""}, {"a", "12", "é"}}}) ==
        "+-----------------+---------------+---+\n"
        "|    ENDPOINT     | HASH REVISION | X |\n"
        "+-----------------+---------------+---+\n"
        "| 127.0.0.1:21200 |             7 |   |\n"
        "|               a |            12 | é |\n"
        "+-----------------+---------------+---+\n");
}

TEST_CASE("a table without rows still has its rules") {
  CHECK(draw({{"a", "bc"}, {}}) ==
        "+---+----+\n"
        "| A | BC |\n"
        "+---+----+\n"
        "+---+----+\n");
}

TEST_CASE("a long cell is broken at blanks into lines of at most thirty") {
  CHECK(draw({{"endpoint", "errors"},
              {{"127.0.0.1:1", "memberID:10555344075370186034 alarm:NOSPACE "}}}) ==
        "+-------------+-------------------------------+\n"
        "|  ENDPOINT   |            ERRORS             |\n"
        "+-------------+-------------------------------+\n"
        "| 127.0.0.1:1 | memberID:10555344075370186034 |\n"
        "|             |                alarm:NOSPACE  |\n"
        "+-------------+-------------------------------+\n");
}

TEST_CASE("a word longer than that widens the lines of its cell") {
  const std::string url = "http://a-host-with-a-very-long-name.example:2379";
  CHECK(draw({{"u"}, {{"short words and " + url + " then more words"}}}) ==
        "+--------------------------------------------------+\n"
        "|                        U                         |\n"
        "+--------------------------------------------------+\n"
        "|                                  short words and |\n"
        "| http://a-host-with-a-very-long-name.example:2379 |\n"
        "|                                  then more words |\n"
        "+--------------------------------------------------+\n");
}
