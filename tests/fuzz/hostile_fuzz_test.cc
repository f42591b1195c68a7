// Everything that reads what clients send, fed with damaged inputs, for everyday runs.
#include <doctest/doctest.h>

#include "tests/fuzz/hostile_input.h"
#include "tests/fuzz/message_fuzz.h"
#include "tests/fuzz/server_fuzz.h"

using namespace quorate::fuzz;

TEST_CASE("gRPC's envelope is cut the same however it arrives") {
  CHECK(survives("frames", frame_corpus(), feed_frames, 30'000));
}

TEST_CASE("JSON is refused or means what its print means, for every method") {
  CHECK(survives("json", json_corpus(), feed_json, 30'000));
}

TEST_CASE("a put read by hand is what protobuf reads") {
  CHECK(survives("put", put_corpus(), feed_put, 50'000));
}

TEST_CASE("an entry of the log is decoded or refused") {
  CHECK(survives("command", command_corpus(), feed_command, 30'000));
}

TEST_CASE("no bytes on an HTTP/1.1 connection harm the member or stay with it") {
  CHECK(survives("http1", http1_corpus(), feed_http1, 4'000));
}

TEST_CASE("no bytes on an HTTP/2 connection harm the member or stay with it") {
  CHECK(survives("http2", http2_corpus(), feed_http2, 4'000));
}
