// Random damage to JSON texts: nothing breaks, and what is accepted has one meaning.
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <google/protobuf/util/message_differencer.h>

#include "common/json/message_json.h"
#include "common/json/scanner.h"
#include "common/rng.h"
#include "proto/rpc.pb.h"

using etcdserverpb::TxnRequest;
using quorate::Rng;
using quorate::json::Scanner;

namespace {

const std::vector<std::string> kSeeds{
    R"({"compare":[{"target":"VALUE","key":"Zm9v","value":"YmF6"}],"success":[{"requestPut":)"
    R"({"key":"Zm9v","value":"cXV4"}},{"request_range":{"key":"Zm9v"}}],"failure":[)"
    R"({"request_delete_range":{"key":"Zm9v","prevKv":true}}]})",
    R"({"compare":[{"result":"GREATER","target":2,"key":[1,2],"mod_revision":"100",)"
    R"("range_end":null}],"failure":[{"request_txn":)"
    R"({"success":[{"request_put":{"key":"YQ==","lease":"-1","x":[{}]}}]}}]})",
    R"({"succ\u0065ss":[{"request_range":{"key":"_-","limit":1.50e1,)"
    R"("sort_order":"ASCEND"}}]} tail)",
    "null", "{}"};

const std::vector<std::string> kPieces{
    "{",     "}",        "[",    "]",     ",",          ":",   "\"",   "\\",
    "\\u00", "null",     "true", "1e5",   "-0",         "1.5", "\xff", "\xed",
    "\"1\"", "\"key\":", "\n",   "\\ud8", "9999999999", "=",   " "};

std::string damaged(Rng& rng) {
  std::string text = kSeeds[rng.below(kSeeds.size())];
  for (std::uint64_t i = rng.below(5); i > 0; --i) {
    const auto at = rng.below(text.size() + 1);
    switch (rng.below(4)) {
      case 0:
        text.erase(at, rng.below(4));
        break;
      case 1:
        text.insert(at, kPieces[rng.below(kPieces.size())]);
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(rng.next());
        break;
      default:
        text.insert(at, text.substr(rng.below(text.size() + 1), rng.below(40)));
    }
  }
  return text;
}

void check_scanner_is_incremental(const std::string& text, Rng& rng) {
  Scanner whole;
  const auto state = whole.finish(text);
  Scanner pieces;
  for (std::size_t size = 0; size < text.size(); size += 1 + rng.below(7)) {
    (void)pieces.scan(std::string_view{text}.substr(0, size));
  }
  REQUIRE(pieces.finish(text) == state);
  REQUIRE(pieces.error() == whole.error());
  if (state == Scanner::State::done) REQUIRE(pieces.end() == whole.end());
}

// True if the text was accepted.
bool check_meaning(const std::string& text) {
  TxnRequest message;
  const quorate::Status status = quorate::parse_json(text, message);
  if (!status) {
    REQUIRE(!status.error().message.empty());
    return false;
  }
  std::string printed;
  quorate::append_json(message, printed);
  TxnRequest again;
  REQUIRE(quorate::parse_json(printed, again).has_value());
  REQUIRE(google::protobuf::util::MessageDifferencer::Equals(message, again));
  return true;
}

std::uint64_t seed() {
  const char* given = std::getenv("QUORATE_SEED");
  return given == nullptr ? 2026 : std::strtoull(given, nullptr, 10);
}

}  // namespace

TEST_CASE("damaged texts are refused or mean what their print means") {
  INFO("again: QUORATE_SEED=", seed(), " json_test -tc='damaged texts*'");
  Rng rng{seed()};
  int accepted = 0;
  constexpr int kTexts = 20'000;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = damaged(rng);
    CAPTURE(text);
    check_scanner_is_incremental(text, rng);
    accepted += check_meaning(text) ? 1 : 0;
  }
  CHECK(accepted > kTexts / 10);
  CHECK(accepted < kTexts * 9 / 10);
}
