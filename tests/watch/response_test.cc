// What goes out, read back by protobuf: events, responses, fragments; and the ring that keeps them.
#include "server/watch/response.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/wire.h"
#include "server/watch/event_ring.h"
#include "tests/watch/fake_history.h"
#include "tests/watch/recorder.h"

using namespace quorate;
using namespace quorate::watch;

namespace {

std::vector<Response> sent(Outbox& out) {
  Recorder recorder;
  recorder.send(out.take());
  return recorder.take();
}

mvccpb::Event parsed(const SharedBytes& bytes) {
  Response response;
  REQUIRE(response.ParseFromArray(bytes.view().data(), static_cast<int>(bytes.size())));
  REQUIRE(response.events_size() == 1);
  return response.events(0);
}

mvcc::RowPtr row(std::int64_t revision, std::string_view key, std::string_view value) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{revision};
  fields.revision.main = Revision{revision};
  fields.create_revision = Revision{2};
  fields.version = 300;
  fields.lease = LeaseId{-5};
  return mvcc::RowPtr::make(fields, key, value);
}

EventPtr event(std::int64_t revision, std::size_t value_bytes = 10) {
  return new Event{row(revision, "key", std::string(value_bytes, 'v'))};
}

std::vector<std::int64_t> revisions(const std::vector<EventPtr>& events) {
  std::vector<std::int64_t> out;
  for (const auto& each : events) out.push_back(each->revision().value());
  return out;
}

}  // namespace

TEST_CASE("an event in its wire form, encoded once") {
  Event put{row(1'000'000, "k", "value")};
  const mvccpb::Event plain = parsed(put.bytes());
  CHECK(plain.type() == mvccpb::Event::PUT);
  CHECK(plain.kv().key() == "k");
  CHECK(plain.kv().value() == "value");
  CHECK(plain.kv().mod_revision() == 1'000'000);
  CHECK(plain.kv().create_revision() == 2);
  CHECK(plain.kv().version() == 300);
  CHECK(plain.kv().lease() == -5);
  CHECK(!plain.has_prev_kv());
  CHECK(put.bytes().view().data() == put.bytes().view().data());

  put.set_previous(row(7, "k", "").get());
  const mvccpb::Event full = parsed(put.bytes_with_previous());
  CHECK(full.kv().value() == "value");
  CHECK(full.prev_kv().mod_revision() == 7);
  CHECK(full.prev_kv().value().empty());
}

TEST_CASE("a deletion's event is its key and revision") {
  mvcc::Row::Fields fields;
  fields.revision.main = Revision{9};
  fields.kind = mvcc::RowKind::tombstone;
  Event deletion{mvcc::RowPtr::make(fields, "k", "")};
  deletion.set_previous(nullptr);
  // Nothing to add: the bytes are shared.
  CHECK(deletion.bytes_with_previous().view().data() == deletion.bytes().view().data());
  const mvccpb::Event read = parsed(deletion.bytes());
  CHECK(read.type() == mvccpb::Event::DELETE);
  CHECK(read.kv().ByteSizeLong() == std::string{"\x0a\x01k\x18\x09"}.size());
}

TEST_CASE("a response's fields; an empty header is there") {
  HeaderField header{ClusterId{0xffffffffffffffff}, MemberId{2}};
  Outbox out;
  add_response(header.encoded(Revision{3}, Term{4}),
               {.watch_id = -1,
                .is_created = true,
                .is_canceled = true,
                .compact_revision = Revision{-1},
                .cancel_reason = std::string(500, 'r'),
                .is_fragment = true},
               {}, out);
  add_response(header.encoded({}, Term{5}), {}, {}, out);
  const auto responses = sent(out);
  REQUIRE(responses.size() == 2);
  CHECK(responses[0].header().cluster_id() == 0xffffffffffffffff);
  CHECK(responses[0].header().member_id() == 2);
  CHECK(responses[0].header().revision() == 3);
  CHECK(responses[0].header().raft_term() == 4);
  CHECK(responses[0].watch_id() == -1);
  CHECK(responses[0].created());
  CHECK(responses[0].canceled());
  CHECK(responses[0].compact_revision() == -1);
  CHECK(responses[0].cancel_reason() == std::string(500, 'r'));
  CHECK(responses[0].fragment());
  CHECK(responses[1].header().revision() == 0);
  CHECK(responses[1].header().raft_term() == 5);
  CHECK(out.is_empty());
}

TEST_CASE("large events are shared, small ones copied, in order") {
  EventPtr small = event(2, 10);
  EventPtr large = event(3, 100'000);
  const SharedBytes* parts[] = {&small->bytes(), &large->bytes(), &small->bytes()};
  Outbox out;
  add_response({}, {}, parts, out);
  Frames frames = out.take();
  REQUIRE(frames.pieces.size() == 3);
  CHECK(std::get<SharedBytes>(frames.pieces[1]).view().data() == large->bytes().view().data());
  Recorder recorder;
  recorder.send(std::move(frames));
  REQUIRE(recorder.received.size() == 1);
  REQUIRE(recorder.received[0].events_size() == 3);
  CHECK(recorder.received[0].events(1).kv().mod_revision() == 3);
}

TEST_CASE("fragments: the cut is where the size with its mark reaches the limit") {
  HeaderField header{ClusterId{1}, MemberId{1}};
  const std::string_view field = header.encoded(Revision{9}, Term{1});
  std::vector<EventPtr> events;
  std::vector<const SharedBytes*> parts;
  for (int i = 2; i < 7; ++i) {
    events.push_back(event(i, 1000));
    parts.push_back(&events.back()->bytes());
  }
  const std::size_t all = response_size(field, 3, parts);
  Outbox out;
  const auto counts = [&](std::size_t bytes_max) {
    add_fragments(field, 3, parts, bytes_max, out);
    std::vector<int> sizes;
    const auto responses = sent(out);
    for (const Response& each : responses) {
      sizes.push_back(each.events_size());
      CHECK(each.fragment() == (&each != &responses.back()));
      CHECK(each.watch_id() == 3);
      if (each.events_size() > 1) CHECK(each.ByteSizeLong() < bytes_max);
    }
    return sizes;
  };
  CHECK(counts(all + 1) == std::vector{5});
  CHECK(counts(all) == std::vector{4, 1});
  // Two events and the mark.
  const std::size_t two = response_size(field, 3, std::span{parts}.first(2)) + 2;
  CHECK(counts(two + 1) == std::vector{2, 2, 1});
  CHECK(counts(two) == std::vector{1, 1, 1, 1, 1});
  CHECK(counts(1) == std::vector{1, 1, 1, 1, 1});
}

TEST_CASE("the ring forgets whole revisions, oldest first, and knows what it still has") {
  const std::size_t each = event(2)->footprint();
  EventRing ring{each * 4, Revision{1}};
  CHECK(ring.oldest() == Revision{2});
  for (const int revision : {2, 3, 3, 3, 4}) ring.add(event(revision));
  CHECK(ring.oldest() == Revision{2});
  ring.trim();
  CHECK(ring.oldest() == Revision{3});
  CHECK(ring.bytes() == 4 * each);
  ring.add(event(5));
  ring.trim();  // one row of revision 3 is too much, so all of it goes
  CHECK(ring.oldest() == Revision{4});
  CHECK(ring.bytes() == 2 * each);
  ring.add(event(6, 5 * each));
  ring.trim();
  CHECK(ring.oldest() == Revision{7});
  CHECK(ring.bytes() == 0);
}

TEST_CASE("a slice of the ring is whole revisions, one at least") {
  EventRing ring{1 << 20, Revision{1}};
  for (const int revision : {2, 3, 3, 3, 4, 5}) ring.add(event(revision));
  std::vector<EventPtr> slice;
  CHECK(ring.copy(Revision{3}, Revision{6}, {.rows_max = 1, .bytes_max = 1000}, slice) ==
        Revision{4});
  CHECK(revisions(slice) == std::vector<std::int64_t>{3, 3, 3});
  slice.clear();
  CHECK(ring.copy(Revision{2}, Revision{6}, {.rows_max = 1000, .bytes_max = 1}, slice) ==
        Revision{3});
  CHECK(revisions(slice) == std::vector<std::int64_t>{2});
  slice.clear();
  CHECK(ring.copy(Revision{2}, Revision{6}, {.rows_max = 5, .bytes_max = 1 << 20}, slice) ==
        Revision{5});
  slice.clear();
  CHECK(ring.copy(Revision{4}, Revision{6}, {.rows_max = 2, .bytes_max = 1 << 20}, slice) ==
        Revision{6});
  CHECK(revisions(slice) == std::vector<std::int64_t>{4, 5});
}
