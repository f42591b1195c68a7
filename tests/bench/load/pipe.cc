#include "tests/bench/load/pipe.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "common/grpc/frame.h"

namespace quorate::bench {
namespace {

// RFC 9113 §6.
enum Kind : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
};
constexpr std::uint8_t kEndStream = 0x1;
constexpr std::uint8_t kAck = 0x1;
constexpr std::uint8_t kEndHeaders = 0x4;
constexpr std::uint8_t kPadded = 0x8;
constexpr std::size_t kHeadBytes = 9;
constexpr std::size_t kFrameBytesMax = 16'384;
constexpr std::uint16_t kInitialWindowSize = 4;
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

constexpr std::uint32_t kStreamWindow = 4 << 20;
constexpr std::uint32_t kWindow = 64 << 20;
constexpr std::size_t kInputBytes = 256 * 1024;

std::uint32_t number_of(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}

std::string bytes_of(std::uint32_t value) {
  value = htonl(value);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void append_short(std::string& out, std::string_view text) {
  if (text.size() > 126) give_up("a header field is too long");
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

// Fields from HPACK's static table and literals that are not indexed (RFC 7541 §6.1, §6.2.2).
std::string head_of(std::string_view method, std::string_view token) {
  std::string out = "\x83\x86\x04";  // :method POST, :scheme http, :path
  append_short(out, method);
  out += '\x01';  // :authority
  append_short(out, "load");
  out += "\x0f\x10";  // content-type
  append_short(out, "application/grpc");
  out += '\0';
  append_short(out, "te");
  append_short(out, "trailers");
  if (token.empty()) return out;
  out += '\0';
  append_short(out, "token");
  append_short(out, token);
  return out;
}

bool begins_with_message(std::string_view bytes) {
  return bytes.size() >= grpc::kFramePrefixBytes &&
         bytes.size() - grpc::kFramePrefixBytes >= number_of(bytes.data() + 1);
}

int connect_to(const std::string& endpoint) {
  const auto colon = endpoint.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (colon == std::string::npos ||
      ::inet_pton(AF_INET, endpoint.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    give_up("no address: " + endpoint);
  }
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(endpoint.c_str() + colon + 1)));
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    give_up("connect: " + std::string{std::strerror(errno)});
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

Pipe::Pipe(const std::string& endpoint, Listener& listener)
    : listener_{listener}, socket_{connect_to(endpoint)}, input_(kInputBytes) {
  output_ += kPreface;
  std::string settings{'\0', static_cast<char>(kInitialWindowSize)};
  settings += bytes_of(kStreamWindow);
  write_frame(kSettings, 0, 0, settings);
  open_window(0, kWindow);
}

Pipe::~Pipe() {
  ::close(socket_);
}

// ---- Out

void Pipe::write_frame(std::uint8_t kind, std::uint8_t flags, StreamNumber stream,
                       std::string_view payload) {
  output_ += bytes_of(static_cast<std::uint32_t>(payload.size())).substr(1);
  output_.push_back(static_cast<char>(kind));
  output_.push_back(static_cast<char>(flags));
  output_ += bytes_of(stream);
  output_ += payload;
}

void Pipe::open_window(StreamNumber stream, std::uint32_t bytes) {
  write_frame(kWindowUpdate, 0, stream, bytes_of(bytes));
}

StreamNumber Pipe::open(std::string_view method, std::string_view token) {
  const StreamNumber number = std::exchange(next_, next_ + 2);
  write_frame(kHeaders, kEndHeaders, number, head_of(method, token));
  streams_[number].window = stream_window_;
  return number;
}

void Pipe::send(StreamNumber number, std::string_view message, End end) {
  const auto found = streams_.find(number);
  if (found == streams_.end()) give_up("the server has ended a call that was to be used");
  Stream& stream = found->second;
  const bool is_blocked = !stream.unsent.empty();
  grpc::append_frame(stream.unsent, message);
  stream.ends = end == End::yes;
  if (is_blocked) return;
  send_unsent(number, stream);
  if (!stream.unsent.empty()) blocked_.push_back(number);
}

StreamNumber Pipe::call(std::string_view method, std::string_view message, std::string_view token) {
  const StreamNumber number = open(method, token);
  send(number, message, End::yes);
  return number;
}

void Pipe::send_unsent(StreamNumber number, Stream& stream) {
  std::size_t done = 0;
  while (done < stream.unsent.size()) {
    const auto room = std::min({window_, stream.window, std::int64_t{kFrameBytesMax}});
    if (room <= 0) break;
    const std::string_view part =
        std::string_view{stream.unsent}.substr(done, static_cast<std::size_t>(room));
    done += part.size();
    const bool is_last = stream.ends && done == stream.unsent.size();
    write_frame(kData, is_last ? kEndStream : 0, number, part);
    window_ -= static_cast<std::int64_t>(part.size());
    stream.window -= static_cast<std::int64_t>(part.size());
  }
  stream.unsent.erase(0, done);
  if (stream.unsent.empty()) std::string{}.swap(stream.unsent);
}

void Pipe::send_all_unsent() {
  std::erase_if(blocked_, [this](StreamNumber number) {
    const auto found = streams_.find(number);
    if (found == streams_.end()) return true;
    send_unsent(number, found->second);
    return found->second.unsent.empty();
  });
}

void Pipe::flush() {
  while (sent_ < output_.size()) {
    const ssize_t taken = ::send(socket_, output_.data() + sent_, output_.size() - sent_,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken < 0) {
      if (errno == EAGAIN) return;
      give_up("send: " + std::string{std::strerror(errno)});
    }
    sent_ += static_cast<std::size_t>(taken);
  }
  output_.clear();
  sent_ = 0;
}

// ---- In

void Pipe::receive() {
  const ssize_t got =
      ::recv(socket_, input_.data() + filled_, input_.size() - filled_, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) give_up("the server has closed the connection");
  filled_ += static_cast<std::size_t>(got);
  std::size_t at = 0;
  while (filled_ - at >= kHeadBytes) {
    const char* head = input_.data() + at;
    const std::size_t size = number_of(head) >> 8;
    if (size > kFrameBytesMax) give_up("a frame is too long");
    if (filled_ - at < kHeadBytes + size) break;
    take_frame(static_cast<std::uint8_t>(head[3]), static_cast<std::uint8_t>(head[4]),
               number_of(head + 5), {head + kHeadBytes, size});
    at += kHeadBytes + size;
  }
  std::memmove(input_.data(), input_.data() + at, filled_ - at);
  filled_ -= at;
}

void Pipe::take_frame(std::uint8_t kind, std::uint8_t flags, StreamNumber stream,
                      std::string_view payload) {
  switch (kind) {
    case kData:
      return take_data(flags, stream, payload);
    case kHeaders:
      if ((flags & kEndStream) != 0) end(stream);
      return;
    case kReset:
      return end(stream);
    case kSettings:
      return take_settings(flags, payload);
    case kPing:
      if ((flags & kAck) == 0) write_frame(kPing, kAck, 0, payload);
      return;
    case kGoAway:
      give_up("the server goes away");
    case kWindowUpdate:
      return take_window(stream, payload);
    default:
      return;
  }
}

void Pipe::take_data(std::uint8_t flags, StreamNumber number, std::string_view payload) {
  if ((flags & kPadded) != 0) give_up("padded data");
  const auto size = static_cast<std::uint32_t>(payload.size());
  if ((taken_ += size) > kWindow / 2) open_window(0, std::exchange(taken_, 0));
  if (const auto found = streams_.find(number); found != streams_.end()) {
    std::uint32_t& taken = found->second.taken;
    if ((taken += size) > kStreamWindow / 2) open_window(number, std::exchange(taken, 0));
    take_messages(number, payload);
  }
  if ((flags & kEndStream) != 0) end(number);
}

// Messages that lie in one frame as a whole are not copied.
void Pipe::take_messages(StreamNumber number, std::string_view bytes) {
  std::string joined;
  std::string& partial = streams_.find(number)->second.partial;
  if (!partial.empty()) {
    partial += bytes;
    if (!begins_with_message(partial)) return;
    joined.swap(partial);
    bytes = joined;
  }
  while (begins_with_message(bytes)) {
    const std::size_t size = number_of(bytes.data() + 1);
    listener_.on_message(*this, number, bytes.substr(grpc::kFramePrefixBytes, size));
    bytes.remove_prefix(grpc::kFramePrefixBytes + size);
  }
  if (bytes.empty()) return;
  // Looked for again: the listener may have opened others.
  if (const auto found = streams_.find(number); found != streams_.end()) {
    found->second.partial.assign(bytes);
  }
}

void Pipe::take_settings(std::uint8_t flags, std::string_view payload) {
  if ((flags & kAck) != 0) return;
  for (; payload.size() >= 6; payload.remove_prefix(6)) {
    if (payload[0] != 0 || payload[1] != kInitialWindowSize) continue;
    const std::int64_t window = number_of(payload.data() + 2);
    for (auto& [number, stream] : streams_) stream.window += window - stream_window_;
    stream_window_ = window;
  }
  write_frame(kSettings, kAck, 0, {});
  send_all_unsent();
}

void Pipe::take_window(StreamNumber number, std::string_view payload) {
  const std::int64_t bytes = number_of(payload.data());
  if (number == 0) {
    window_ += bytes;
  } else if (const auto found = streams_.find(number); found != streams_.end()) {
    found->second.window += bytes;
  }
  if (!blocked_.empty()) send_all_unsent();
}

void Pipe::end(StreamNumber number) {
  if (streams_.erase(number) > 0) listener_.on_end(*this, number);
}

}  // namespace quorate::bench
