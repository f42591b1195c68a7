#include "server/net/http2_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/ensure.h"

namespace quorate::net {
namespace {

// nghttp2 copies names and values when it takes them.
nghttp2_nv field(std::string_view name, std::string_view value) {
  auto* n = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(name.data()));
  auto* v = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(value.data()));
  return {n, v, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string_view status_text(int status, std::array<char, 4>& buffer) {
  ENSURE(status >= 100);
  ENSURE(status <= 999);
  buffer = {static_cast<char>('0' + status / 100), static_cast<char>('0' + status / 10 % 10),
            static_cast<char>('0' + status % 10), '\0'};
  return {buffer.data(), 3};
}

ssize_t read_body(nghttp2_session* /*session*/, std::int32_t /*id*/, std::uint8_t* out,
                  std::size_t room, std::uint32_t* flags, nghttp2_data_source* source,
                  void* /*user*/) {
  return static_cast<Http2Stream*>(source->ptr)->read(out, room, *flags);
}

}  // namespace

void Http2Stream::respond(int status, const HeaderLines& headers, std::string body) {
  if (!is_open()) return;
  const bool has_body = !body.empty();
  if (has_body) add(std::move(body));
  is_finished_ = true;
  submit_head(status, headers, has_body);
}

void Http2Stream::add(std::string piece) {
  moves_ = true;
  unsent_ += piece.size();
  link_->count_unsent(static_cast<std::ptrdiff_t>(piece.size()));
  pieces_.push_back(std::move(piece));
}

void Http2Stream::drop_unsent() {
  pieces_.clear();
  piece_ = offset_ = 0;
  link_->count_unsent(-static_cast<std::ptrdiff_t>(std::exchange(unsent_, 0)));
}

void Http2Stream::begin(int status, const HeaderLines& headers) {
  if (is_open()) submit_head(status, headers, true);
}

void Http2Stream::submit_head(int status, const HeaderLines& headers, bool with_body) {
  ENSURE(!is_begun_);
  is_begun_ = true;
  constexpr std::size_t kFieldsMax = 16;
  std::array<nghttp2_nv, kFieldsMax> fields;
  ENSURE(headers.size() < kFieldsMax);
  std::array<char, 4> digits;
  fields[0] = field(":status", status_text(status, digits));
  std::size_t count = 1;
  for (const auto& line : headers) fields[count++] = field(line.name, line.value);
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = read_body;
  // Fails only without memory, or when the stream was closed meanwhile: nothing to do then.
  nghttp2_submit_response(link_->raw(), id_, fields.data(), count, with_body ? &body : nullptr);
  link_->output_waits();
}

void Http2Stream::write(std::string piece) {
  if (!is_open() || piece.empty()) return;
  ENSURE(is_begun_);
  ENSURE(!is_finished_);
  add(std::move(piece));
  if (unsent_ >= kBacklogBytes) is_backlogged_ = true;
  if (is_deferred_) {
    is_deferred_ = false;
    nghttp2_session_resume_data(link_->raw(), id_);
  }
  link_->output_waits();
}

void Http2Stream::finish(const HeaderLines& trailers) {
  if (!is_open()) return;
  ENSURE(!is_finished_);
  is_finished_ = true;
  if (!is_begun_) {
    submit_head(200, trailers, false);
    return;
  }
  for (const auto& line : trailers) trailers_.add(line.name, line.value);
  if (is_deferred_) {
    is_deferred_ = false;
    nghttp2_session_resume_data(link_->raw(), id_);
  }
  link_->output_waits();
}

void Http2Stream::reset(ResetCode code) {
  if (!is_open()) return;
  is_reset_ = true;
  drop_unsent();
  nghttp2_submit_rst_stream(link_->raw(), NGHTTP2_FLAG_NONE, id_, static_cast<std::uint32_t>(code));
  link_->output_waits();
}

ssize_t Http2Stream::read(std::uint8_t* out, std::size_t room, std::uint32_t& flags) {
  if (is_reset_) return NGHTTP2_ERR_DEFERRED;
  std::size_t filled = 0;
  while (filled < room && piece_ < pieces_.size()) {
    std::string& piece = pieces_[piece_];
    const std::size_t part = std::min(room - filled, piece.size() - offset_);
    std::memcpy(out + filled, piece.data() + offset_, part);
    filled += part;
    offset_ += part;
    if (offset_ < piece.size()) break;
    std::string{}.swap(piece);  // large answers give their memory back as they leave
    offset_ = 0;
    ++piece_;
  }
  unsent_ -= filled;
  if (filled > 0) moves_ = true;
  link_->count_unsent(-static_cast<std::ptrdiff_t>(filled));
  if (is_backlogged_ && unsent_ < kBacklogBytes) {
    is_backlogged_ = false;
    link_->backlog_left(*this);
  }
  const bool is_empty = piece_ == pieces_.size();
  if (is_empty) {
    pieces_.clear();
    piece_ = 0;
  }
  if (is_empty && is_finished_) {
    flags |= NGHTTP2_DATA_FLAG_EOF;
    submit_trailer();
    if (trailers_.size() > 0) flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  } else if (filled == 0) {
    is_deferred_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(filled);
}

void Http2Stream::submit_trailer() {
  if (trailers_.size() == 0) return;
  std::array<nghttp2_nv, 8> fields;
  ENSURE(trailers_.size() <= fields.size());
  for (std::size_t i = 0; i < trailers_.size(); ++i) {
    fields[i] = field(trailers_[i].name, trailers_[i].value);
  }
  nghttp2_submit_trailer(link_->raw(), id_, fields.data(), trailers_.size());
}

void Http2Stream::closed() {
  drop_unsent();
  link_ = nullptr;
  const ResponderPtr responder = std::move(responder_);
  if (responder != nullptr && !is_finished_) responder->on_cancelled();
}

}  // namespace quorate::net
