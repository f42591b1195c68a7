#include "ctl/output/descriptor_stream.h"

#include <cerrno>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace quorate::ctl {

DescriptorStream::DescriptorStream(int descriptor, Writes writes)
    : std::ostream{static_cast<std::streambuf*>(this)}, descriptor_{descriptor}, writes_{writes} {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorStream::~DescriptorStream() {
  write_out();
}

std::string DescriptorStream::finish() {
  write_out();
  if (error_ == 0 || error_ == EPIPE) return {};
  return "cannot write the output: " + std::generic_category().message(error_);
}

std::streamsize DescriptorStream::xsputn(const char* text, std::streamsize size) {
  const std::streamsize taken = std::streambuf::xsputn(text, size);
  const std::string_view taken_text{text, static_cast<std::size_t>(taken)};
  if (writes_ == Writes::each_line && taken_text.find('\n') != std::string_view::npos) write_out();
  return taken;
}

int DescriptorStream::overflow(int character) {
  using Traits = std::char_traits<char>;
  if (!write_out()) return Traits::eof();
  if (character != Traits::eof()) {
    *pptr() = static_cast<char>(character);
    pbump(1);
  }
  return Traits::not_eof(character);
}

int DescriptorStream::sync() {
  return write_out() ? 0 : -1;
}

// What cannot be written is dropped.
bool DescriptorStream::write_out() {
  const char* from = pbase();
  while (error_ == 0 && from < pptr()) {
    const ssize_t size = ::write(descriptor_, from, static_cast<std::size_t>(pptr() - from));
    if (size >= 0) {
      from += size;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return error_ == 0;
}

}  // namespace quorate::ctl
