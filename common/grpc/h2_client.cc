#include "common/grpc/h2_client.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "common/ensure.h"

namespace quorate::grpc {
namespace {

struct Stream {
  explicit Stream(std::size_t message_bytes_max) : reader{message_bytes_max} {}

  ResponseReader reader;
  std::string unsent;  // framed bytes, of which the first `sent` are gone already
  std::size_t sent = 0;
  std::size_t held_bytes = 0;  // received while held: acknowledged when it is released
  bool is_held = false;
  bool has_ended_sending = false;
  bool is_closed = false;  // for nghttp2 it is over: nothing can be submitted any more
  bool was_refused = false;
  bool is_touched = false;
};

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// nghttp2 takes names and values as mutable bytes, but copies them unless told otherwise.
std::uint8_t* mutable_bytes(const std::string& text) {
  return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
}

nghttp2_nv field_of(const HeaderField& field) {
  return {mutable_bytes(field.name), mutable_bytes(field.value), field.name.size(),
          field.value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

// The static functions are nghttp2's callbacks, called from within receive() and take_output().
// They only note what happened: nothing in them may drop a stream or the session.
struct H2Client::State {
  explicit State(const H2Options& o) : options{o} {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { nghttp2_session_del(session); }

  const H2Options options;
  nghttp2_session* session = nullptr;
  std::unordered_map<StreamNumber, Stream> streams;
  std::vector<StreamNumber> touched;
  std::optional<GoAway> go_away;
  std::string broken_rule = "unexpected bytes";  // why nghttp2 gave up on the peer
  bool is_ready = false;
  std::uint64_t pings_answered = 0;

  Stream* find(StreamNumber number) {
    const auto it = streams.find(number);
    return it == streams.end() ? nullptr : &it->second;
  }

  void touch(StreamNumber number, Stream& stream) {
    if (stream.is_touched) return;
    stream.is_touched = true;
    touched.push_back(number);
  }

  void start();
  void on_headers(const nghttp2_frame& frame);
  void on_close(StreamNumber number, std::uint32_t http2_error);
  void resume(StreamNumber number);

  static State& of(void* user) { return *static_cast<State*>(user); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_bad_frame(nghttp2_session*, const nghttp2_frame*, int error, void* user);
  static int on_data(nghttp2_session*, std::uint8_t, StreamNumber number, const std::uint8_t* bytes,
                     std::size_t size, void* user);
  static int on_stream_close(nghttp2_session*, StreamNumber number, std::uint32_t error,
                             void* user);
  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int, void* user);
  static ssize_t read_unsent(nghttp2_session*, StreamNumber number, std::uint8_t* buffer,
                             std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                             void* user);
};

void H2Client::State::start() {
  nghttp2_session_callbacks* callbacks = nullptr;
  ENSURE(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_bad_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, on_frame_not_sent);
  nghttp2_option* option = nullptr;
  ENSURE(nghttp2_option_new(&option) == 0);
  nghttp2_option_set_no_auto_window_update(option, 1);  // windows open as bytes are dealt with
  const int created = nghttp2_session_client_new2(&session, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  ENSURE(created == 0);

  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
       static_cast<std::uint32_t>(options.stream_window_bytes)}};
  ENSURE(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings)) == 0);
  ENSURE(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                               options.connection_window_bytes) == 0);
}

int H2Client::State::on_header(nghttp2_session*, const nghttp2_frame* frame,
                               const std::uint8_t* name, std::size_t name_size,
                               const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                               void* user) {
  State& self = of(user);
  Stream* stream = self.find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  stream->reader.on_header(view(name, name_size), view(value, value_size));
  if (stream->reader.finished()) self.touch(frame->hd.stream_id, *stream);
  return 0;
}

int H2Client::State::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  State& self = of(user);
  const bool ends_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      self.on_headers(*frame);
      break;
    case NGHTTP2_DATA:
      if (Stream* stream = self.find(frame->hd.stream_id); stream != nullptr && ends_stream) {
        stream->reader.on_end_of_data();
        self.touch(frame->hd.stream_id, *stream);
      }
      break;
    case NGHTTP2_SETTINGS:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) self.is_ready = true;
      break;
    case NGHTTP2_PING:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) ++self.pings_answered;
      break;
    case NGHTTP2_GOAWAY:
      self.go_away =
          GoAway{frame->goaway.error_code,
                 std::string{view(frame->goaway.opaque_data, frame->goaway.opaque_data_len)}};
      break;
    default:
      break;
  }
  return 0;
}

void H2Client::State::on_headers(const nghttp2_frame& frame) {
  Stream* stream = find(frame.hd.stream_id);
  if (stream == nullptr) return;
  const bool ends_stream = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  stream->reader.on_headers_complete(ends_stream ? ResponseReader::EndStream::yes
                                                 : ResponseReader::EndStream::no);
  touch(frame.hd.stream_id, *stream);
}

int H2Client::State::on_bad_frame(nghttp2_session*, const nghttp2_frame*, int error, void* user) {
  of(user).broken_rule = nghttp2_strerror(error);
  return 0;
}

int H2Client::State::on_data(nghttp2_session* session, std::uint8_t, StreamNumber number,
                             const std::uint8_t* bytes, std::size_t size, void* user) {
  State& self = of(user);
  nghttp2_session_consume_connection(session, size);
  Stream* stream = self.find(number);
  if (stream == nullptr) return 0;
  if (stream->is_held) {
    stream->held_bytes += size;
  } else {
    nghttp2_session_consume_stream(session, number, size);
  }
  stream->reader.on_data(view(bytes, size));
  self.touch(number, *stream);
  return 0;
}

int H2Client::State::on_stream_close(nghttp2_session*, StreamNumber number, std::uint32_t error,
                                     void* user) {
  of(user).on_close(number, error);
  return 0;
}

// A request that waited for the peer's stream limit and can no longer be sent.
int H2Client::State::on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int,
                                       void* user) {
  if (frame->hd.type == NGHTTP2_HEADERS) {
    of(user).on_close(frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
  }
  return 0;
}

void H2Client::State::on_close(StreamNumber number, std::uint32_t http2_error) {
  Stream* stream = find(number);
  if (stream == nullptr) return;
  stream->is_closed = true;
  stream->was_refused = http2_error == NGHTTP2_REFUSED_STREAM && !stream->reader.has_answer();
  stream->reader.on_reset(http2_error);
  touch(number, *stream);
}

ssize_t H2Client::State::read_unsent(nghttp2_session*, StreamNumber number, std::uint8_t* buffer,
                                     std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                     void* user) {
  Stream* stream = of(user).find(number);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // dropped: a reset follows
  const std::size_t taken = std::min(size, stream->unsent.size() - stream->sent);
  if (taken == 0 && !stream->has_ended_sending) return NGHTTP2_ERR_DEFERRED;
  if (taken > 0) std::memcpy(buffer, stream->unsent.data() + stream->sent, taken);
  stream->sent += taken;
  if (stream->sent == stream->unsent.size()) {
    stream->unsent.clear();
    stream->sent = 0;
    if (stream->has_ended_sending) *flags |= NGHTTP2_DATA_FLAG_EOF;
    of(user).touch(number, *stream);
  }
  return static_cast<ssize_t>(taken);
}

void H2Client::State::resume(StreamNumber number) {
  // Fails only when nothing was deferred: then the data is sent anyway.
  (void)nghttp2_session_resume_data(session, number);
}

H2Client::H2Client(const H2Options& options) : state_{std::make_unique<State>(options)} {
  state_->start();
}

H2Client::~H2Client() = default;

Status H2Client::receive(std::string_view bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(
      state_->session, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken >= 0) return {};
  return Error{Code::unavailable, std::string{"the peer does not speak HTTP/2: "} +
                                      nghttp2_strerror(static_cast<int>(taken))};
}

Status H2Client::take_output(std::string& out, std::size_t bytes_max) {
  while (out.size() < bytes_max) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(state_->session, &bytes);
    if (size <= 0) break;
    out.append(view(bytes, static_cast<std::size_t>(size)));
  }
  // nghttp2 answers a broken rule with a GOAWAY of its own and then wants to read no more.
  if (nghttp2_session_want_read(state_->session) != 0 || state_->go_away) return {};
  return Error{Code::unavailable, "the peer does not speak HTTP/2: " + state_->broken_rule};
}

std::vector<StreamNumber> H2Client::take_touched() {
  for (const StreamNumber number : state_->touched) {
    if (Stream* stream = state_->find(number)) stream->is_touched = false;
  }
  return std::exchange(state_->touched, {});
}

bool H2Client::is_ready() const {
  return state_->is_ready;
}

const std::optional<GoAway>& H2Client::go_away() const {
  return state_->go_away;
}

std::optional<StreamNumber> H2Client::open(const Metadata& fields) {
  std::vector<nghttp2_nv> headers;
  headers.reserve(fields.size());
  for (const HeaderField& field : fields) headers.push_back(field_of(field));
  nghttp2_data_provider data{};
  data.read_callback = State::read_unsent;
  const StreamNumber number = nghttp2_submit_request(state_->session, nullptr, headers.data(),
                                                     headers.size(), &data, nullptr);
  if (number < 0) return std::nullopt;
  state_->streams.try_emplace(number, state_->options.message_bytes_max);
  return number;
}

void H2Client::send(StreamNumber number, std::string_view bytes) {
  Stream* stream = state_->find(number);
  if (stream == nullptr || stream->is_closed || stream->has_ended_sending) return;
  stream->unsent.append(bytes);
  state_->resume(number);
}

void H2Client::end_sending(StreamNumber number) {
  Stream* stream = state_->find(number);
  if (stream == nullptr || stream->is_closed) return;
  stream->has_ended_sending = true;
  state_->resume(number);
}

void H2Client::drop(StreamNumber number) {
  const auto it = state_->streams.find(number);
  if (it == state_->streams.end()) return;
  if (!it->second.is_closed) {
    ENSURE(nghttp2_submit_rst_stream(state_->session, NGHTTP2_FLAG_NONE, number, NGHTTP2_CANCEL) ==
           0);
  }
  state_->streams.erase(it);
}

void H2Client::hold(StreamNumber number) {
  if (Stream* stream = state_->find(number)) stream->is_held = true;
}

void H2Client::release(StreamNumber number) {
  Stream* stream = state_->find(number);
  if (stream == nullptr || !stream->is_held) return;
  stream->is_held = false;
  nghttp2_session_consume_stream(state_->session, number,
                                 std::exchange(stream->held_bytes, std::size_t{0}));
}

ResponseReader* H2Client::reader(StreamNumber number) {
  Stream* stream = state_->find(number);
  return stream == nullptr ? nullptr : &stream->reader;
}

std::size_t H2Client::unsent_bytes(StreamNumber number) const {
  const Stream* stream = state_->find(number);
  return stream == nullptr ? 0 : stream->unsent.size() - stream->sent;
}

bool H2Client::was_refused(StreamNumber number) const {
  const Stream* stream = state_->find(number);
  return stream != nullptr && stream->was_refused;
}

std::size_t H2Client::open_streams() const {
  return state_->streams.size();
}

void H2Client::ping() {
  ENSURE(nghttp2_submit_ping(state_->session, NGHTTP2_FLAG_NONE, nullptr) == 0);
}

std::uint64_t H2Client::pings_answered() const {
  return state_->pings_answered;
}

}  // namespace quorate::grpc
