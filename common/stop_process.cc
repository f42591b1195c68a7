#include "common/stop_process.h"

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace quorate {

void stop_process(std::string_view sentence) {
  std::string line{"{\"level\":\"fatal\",\"msg\":\""};
  for (char c : sentence) {
    if (c == '"' || c == '\\') line += '\\';
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  line += "\"}\n";
  // Nothing sensible is left to do if even this write fails.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  std::abort();
}

}  // namespace quorate
