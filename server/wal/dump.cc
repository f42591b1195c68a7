// quorate-wal-dump: prints the log in a directory.
#include <iostream>
#include <string_view>

#include "server/wal/dump_log.h"
#include "server/wal/posix_disk.h"

namespace {

constexpr std::string_view kUsage =
    "usage: quorate-wal-dump [--entries] DIR\n"
    "Prints the log in DIR, one line a record; with --entries the bytes of each entry too.\n"
    "Ends with 1 when the log is damaged, after everything up to the damage. While a server\n"
    "writes the log, what it just wrote may look like damage.\n";

constexpr int kDamaged = 1;
constexpr int kTrouble = 2;

}  // namespace

int main(int argc, char** argv) {
  auto payload = quorate::wal::Payload::hint;
  const char* dir = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument{argv[i]};
    if (argument == "--help") {
      std::cout << kUsage;
      return 0;
    }
    if (argument == "--entries") {
      payload = quorate::wal::Payload::hex;
    } else if (dir == nullptr && !argument.starts_with("--")) {
      dir = argv[i];
    } else {
      std::cerr << kUsage;
      return kTrouble;
    }
  }
  if (dir == nullptr) {
    std::cerr << kUsage;
    return kTrouble;
  }
  quorate::wal::PosixDisk disk;
  const auto printed = quorate::wal::dump_log(disk, dir, payload, std::cout);
  std::cout.flush();
  if (printed) return 0;
  std::cerr << printed.error().message << "\n";
  return printed.error().code == quorate::Code::data_loss ? kDamaged : kTrouble;
}
