// A stream that writes to a file descriptor: buffered, and it says why when it cannot.
#pragma once

#include <array>
#include <ostream>
#include <streambuf>
#include <string>

namespace quorate::ctl {

// Whoever reads what we print may go at any time (`... | head -1`). Then the rest is dropped, and
// that is no failure; the system ends us with SIGPIPE unless our caller switched that off.
class DescriptorStream final : private std::streambuf, public std::ostream {
 public:
  enum class Writes : bool { when_full, each_line };  // and when it is flushed
  DescriptorStream(int descriptor, Writes writes);
  ~DescriptorStream() override;

  // Writes out what is left. The reason when anything could not be written, else empty.
  std::string finish();

 private:
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int overflow(int character) override;
  int sync() override;
  bool write_out();

  static constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;

  const int descriptor_;
  const Writes writes_;
  int error_ = 0;  // errno of the first write that failed
  std::array<char, kBufferBytes> buffer_;
};

}  // namespace quorate::ctl
