// Tables in ASCII, as etcdctl 3.4 to 3.6 draws them:
//
//   +-----------------+------------+
//   |    ENDPOINT     |    HASH    |    header: upper case, centred
//   +-----------------+------------+
//   | 127.0.0.1:21200 | 1397905812 |    rows: to the right, no rules between them
//   +-----------------+------------+
//
// A cell longer than 30 characters is broken at blanks.
#pragma once

#include <string>
#include <vector>

namespace quorate::ctl {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
};

[[nodiscard]] std::string draw(const Table& table);

}  // namespace quorate::ctl
