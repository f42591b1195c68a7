#include "tests/watch/recorder.h"

#include "common/ensure.h"

namespace quorate::watch {

void Recorder::send(Frames frames) {
  ENSURE(failure == std::nullopt);
  std::string all;
  for (const Piece& piece : frames.pieces) {
    if (const auto* text = std::get_if<std::string>(&piece)) all += *text;
    if (const auto* shared = std::get_if<SharedBytes>(&piece)) all += shared->view();
  }
  ENSURE(all.size() == frames.bytes);
  ++sends;
  bytes += all.size();
  std::size_t messages = 0;
  for (std::string_view rest = all; !rest.empty(); ++messages) {
    ENSURE(rest.size() >= 5);
    ENSURE(rest[0] == 0);
    std::size_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<unsigned char>(rest[i]);
    ENSURE(rest.size() >= 5 + size);
    ENSURE(received.emplace_back().ParseFromArray(rest.data() + 5, static_cast<int>(size)));
    rest.remove_prefix(5 + size);
  }
  ENSURE(messages == frames.messages);
  if (on_send) on_send();
}

std::string text_of(const Response& response) {
  std::string text = "id=" + std::to_string(response.watch_id());
  text += " rev=" + std::to_string(response.header().revision());
  if (response.created()) text += " created";
  if (response.canceled()) text += " canceled";
  if (response.compact_revision() != 0) {
    text += " compact=" + std::to_string(response.compact_revision());
  }
  if (!response.cancel_reason().empty()) text += " reason=" + response.cancel_reason();
  if (response.fragment()) text += " fragment";
  for (const auto& event : response.events()) {
    const bool is_put = event.type() == mvccpb::Event::PUT;
    text += is_put ? " put(" + event.kv().key() + "=" : " del(" + event.kv().key();
    if (event.kv().value().size() > 20) {
      text += std::to_string(event.kv().value().size()) + " bytes";
    } else {
      text += event.kv().value();
    }
    text += "@" + std::to_string(event.kv().mod_revision());
    if (is_put && event.kv().version() > 1) text += " v" + std::to_string(event.kv().version());
    if (event.has_prev_kv()) {
      text +=
          " was " + event.prev_kv().value() + "@" + std::to_string(event.prev_kv().mod_revision());
    }
    text += ")";
  }
  return text;
}

std::vector<std::string> texts_of(const std::vector<Response>& responses) {
  std::vector<std::string> texts;
  for (const Response& response : responses) texts.push_back(text_of(response));
  return texts;
}

}  // namespace quorate::watch
