#include "common/grpc/response_reader.h"

#include <charconv>

#include "common/grpc/status.h"

namespace quorate::grpc {
namespace {

constexpr std::string_view kContentType = "application/grpc";

bool is_grpc_content_type(std::string_view value) {
  if (!value.starts_with(kContentType)) return false;
  if (value.size() == kContentType.size()) return true;
  const char next = value[kContentType.size()];
  return next == '+' || next == ';';
}

// 0 when it is missing or malformed.
int http_status(const Metadata& block) {
  const auto text = find(block, ":status").value_or("");
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

Metadata without_pseudo_fields(Metadata block) {
  std::erase_if(block, [](const HeaderField& field) { return field.name.starts_with(':'); });
  return block;
}

}  // namespace

void ResponseReader::on_header(std::string_view name, std::string_view value) {
  if (finished_) return;
  metadata_bytes_ += name.size() + value.size();
  if (metadata_bytes_ > kMetadataBytesMax) {
    fail({Code::internal, "the answer has more than " + std::to_string(kMetadataBytesMax) +
                              " bytes of header fields"});
    return;
  }
  block_.push_back({std::string{name}, std::string{value}});
}

void ResponseReader::on_headers_complete(EndStream end) {
  if (finished_) return;
  if (end == EndStream::yes) {
    read_trailers();
  } else {
    read_headers();
  }
  block_.clear();
}

void ResponseReader::read_headers() {
  const int status = http_status(block_);
  if (status >= 100 && status < 200) return;  // the final answer is still to come
  if (auto error = protocol_error()) {
    fail(std::move(*error));
    return;
  }
  saw_headers_ = true;
  encoding_ = find(block_, "grpc-encoding").value_or("");
  headers_ = without_pseudo_fields(std::move(block_));
}

// Says why a block that begins an answer is none of gRPC's.
std::optional<Error> ResponseReader::protocol_error() const {
  if (saw_headers_) return std::nullopt;
  const int status = http_status(block_);
  std::string text;
  if (status == 0) {
    text = "malformed header: missing HTTP status";
  } else if (status != 200) {
    text = "unexpected HTTP status code received from server: " + std::to_string(status) + " (" +
           std::string{http_status_text(status)} + ")";
  }
  const auto content_type = find(block_, "content-type");
  if (!content_type || !is_grpc_content_type(*content_type)) {
    if (!text.empty()) text += "; ";
    text += content_type ? "transport: received unexpected content-type \"" +
                               std::string{*content_type} + '"'
                         : "malformed header: missing HTTP content-type";
  }
  if (text.empty()) return std::nullopt;
  return Error{status == 0 ? Code::internal : code_of_http_status(status), text};
}

void ResponseReader::read_trailers() {
  const auto status_text = find(block_, "grpc-status");
  if (auto error = protocol_error(); error && !status_text) {
    fail(std::move(*error));
    return;
  }
  saw_headers_ = true;
  Error error;
  error.message = percent_decode(find(block_, "grpc-message").value_or(""));
  if (status_text) {
    const auto code = parse_status(*status_text);
    if (!code) {
      fail({Code::internal, "transport: malformed grpc-status: " + std::string{*status_text}});
      return;
    }
    error.code = *code;
  }
  if (Status whole = splitter_.finish(); !whole && error.code == Code::ok) error = whole.error();
  finished_ = Finished{std::move(error), without_pseudo_fields(std::move(block_))};
}

void ResponseReader::on_data(std::string_view bytes) {
  if (finished_) return;
  std::optional<Error> compressed;
  const Status ok = splitter_.feed(bytes, [&](const Frame& frame) {
    if (compressed) return;
    if (frame.is_compressed) {
      compressed = check_compression(encoding_, false, Receiver::client).error();
      return;
    }
    messages_.emplace_back(frame.message);
  });
  if (compressed) {
    fail(std::move(*compressed));
  } else if (!ok) {
    fail(ok.error());
  }
}

void ResponseReader::on_end_of_data() {
  fail({Code::internal, "server closed the stream without sending trailers"});
}

void ResponseReader::on_reset(std::uint32_t http2_error) {
  fail({code_of_reset(http2_error),
        "stream terminated by RST_STREAM with error code: " + http2_error_name(http2_error)});
}

void ResponseReader::fail(Error error) {
  if (finished_) return;
  finished_ = Finished{std::move(error), {}};
}

}  // namespace quorate::grpc
