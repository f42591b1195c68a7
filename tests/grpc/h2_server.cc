#include "tests/grpc/h2_server.h"

#include <cstring>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "common/ensure.h"
#include "common/grpc/frame.h"

namespace quorate::test {
namespace {

std::uint8_t* mutable_bytes(const std::string& text) {
  return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
}

std::vector<nghttp2_nv> fields_of(const grpc::Metadata& metadata) {
  std::vector<nghttp2_nv> fields;
  for (const grpc::HeaderField& field : metadata) {
    fields.push_back({mutable_bytes(field.name), mutable_bytes(field.value), field.name.size(),
                      field.value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return fields;
}

std::string text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct H2Server::State {
  explicit State(H2Server& o) : owner{o} {}

  // What waits to leave on one stream.
  struct Outgoing {
    std::string data;
    bool has_started = false;
    bool ends_after_data = false;
    bool has_trailers = false;
    grpc::Metadata trailers;
  };

  H2Server& owner;
  nghttp2_session* session = nullptr;
  std::map<std::int32_t, Request> requests;
  std::map<std::int32_t, Outgoing> outgoing;
  bool is_broken = false;
  int pings = 0;

  static State& of(void* user) { return *static_cast<State*>(user); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    of(user).requests[frame->hd.stream_id].headers.push_back(
        {text_of(name, name_size), text_of(value, value_size)});
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    State& self = of(user);
    const std::int32_t stream = frame->hd.stream_id;
    if (frame->hd.type == NGHTTP2_HEADERS && self.owner.on_headers) self.owner.on_headers(stream);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) ++self.pings;
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      self.requests[stream].was_reset = true;
      self.requests[stream].reset_error = frame->rst_stream.error_code;
    }
    const bool is_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (is_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      self.requests[stream].has_ended = true;
      if (self.owner.on_end) self.owner.on_end(stream);
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                     std::size_t size, void* user) {
    of(user).requests[stream].body += text_of(bytes, size);
    if (of(user).owner.on_data) of(user).owner.on_data(stream);
    return 0;
  }
  static ssize_t read(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer,
                      std::size_t size, std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Outgoing& out = of(user).outgoing[stream];
    const std::size_t taken = std::min(size, out.data.size());
    if (taken > 0) std::memcpy(buffer, out.data.data(), taken);
    out.data.erase(0, taken);
    const bool ends = out.data.empty() && (out.ends_after_data || out.has_trailers);
    if (taken == 0 && !ends) return NGHTTP2_ERR_DEFERRED;
    if (!ends) return static_cast<ssize_t>(taken);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (out.has_trailers) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const auto fields = fields_of(out.trailers);
      nghttp2_submit_trailer(session, stream, fields.data(), fields.size());
    }
    return static_cast<ssize_t>(taken);
  }
};

H2Server::H2Server() : H2Server{Settings{}} {}

H2Server::H2Server(const Settings& settings) : state_{std::make_unique<State>(*this)} {
  nghttp2_session_callbacks* callbacks = nullptr;
  ENSURE(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, State::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, State::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, State::on_data);
  ENSURE(nghttp2_session_server_new(&state_->session, callbacks, state_.get()) == 0);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry entries[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.streams_max},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.stream_window_bytes}};
  ENSURE(nghttp2_submit_settings(state_->session, 0, entries, std::size(entries)) == 0);
}

H2Server::~H2Server() {
  nghttp2_session_del(state_->session);
}

void H2Server::receive(std::string_view bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(
      state_->session, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) state_->is_broken = true;
}

std::string H2Server::take_output() {
  std::string out;
  const std::uint8_t* bytes = nullptr;
  for (;;) {
    const ssize_t size = nghttp2_session_mem_send(state_->session, &bytes);
    if (size <= 0) return out;
    out += text_of(bytes, static_cast<std::size_t>(size));
  }
}

const std::map<std::int32_t, H2Server::Request>& H2Server::requests() const {
  return state_->requests;
}

bool H2Server::is_broken() const {
  return state_->is_broken;
}

int H2Server::pings() const {
  return state_->pings;
}

void H2Server::send_headers(std::int32_t stream, const grpc::Metadata& more) {
  grpc::Metadata all{{":status", "200"}, {"content-type", "application/grpc"}};
  all.insert(all.end(), more.begin(), more.end());
  const auto fields = fields_of(all);
  nghttp2_data_provider data{};
  data.read_callback = State::read;
  state_->outgoing[stream].has_started = true;
  ENSURE(nghttp2_submit_response(state_->session, stream, fields.data(), fields.size(), &data) ==
         0);
}

void H2Server::send_data(std::int32_t stream, std::string_view bytes) {
  state_->outgoing[stream].data += bytes;
  nghttp2_session_resume_data(state_->session, stream);
}

void H2Server::send_message(std::int32_t stream, std::string_view message) {
  std::string frame;
  grpc::append_frame(frame, message);
  send_data(stream, frame);
}

void H2Server::send_trailers(std::int32_t stream, const grpc::Metadata& trailers) {
  state_->outgoing[stream].has_trailers = true;
  state_->outgoing[stream].trailers = trailers;
  nghttp2_session_resume_data(state_->session, stream);
}

void H2Server::send_only(std::int32_t stream, const grpc::Metadata& all) {
  const auto fields = fields_of(all);
  ENSURE(nghttp2_submit_response(state_->session, stream, fields.data(), fields.size(), nullptr) ==
         0);
}

void H2Server::end_data(std::int32_t stream) {
  state_->outgoing[stream].ends_after_data = true;
  nghttp2_session_resume_data(state_->session, stream);
}

void H2Server::answer(std::int32_t stream, std::string_view message) {
  send_headers(stream);
  send_message(stream, message);
  send_trailers(stream, {{"grpc-status", "0"}});
}

void H2Server::reset(std::int32_t stream, std::uint32_t http2_error) {
  nghttp2_submit_rst_stream(state_->session, 0, stream, http2_error);
}

void H2Server::go_away(std::int32_t last_stream, std::uint32_t http2_error, std::string_view text) {
  nghttp2_submit_goaway(state_->session, 0, last_stream, http2_error,
                        reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace quorate::test
