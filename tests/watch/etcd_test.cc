// One script, told to a real etcd and to the hub: both must answer each line of it.
#include <functional>
#include <memory>

#include <doctest/doctest.h>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "proto/rpc.pb.h"
#include "server/watch/hub.h"
#include "tests/common/fake_clock.h"
#include "tests/peers/etcd_process.h"
#include "tests/watch/fake_history.h"
#include "tests/watch/recorder.h"

using namespace quorate;
using namespace quorate::watch;
using namespace std::chrono_literals;

namespace pb = etcdserverpb;

namespace {

using Lines = std::vector<std::string>;

// A store and a watch stream on it.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual void apply(const std::vector<Change>& changes) = 0;
  virtual void compact(std::int64_t at) = 0;
  virtual void ask(const pb::WatchRequest& request) = 0;
  virtual std::vector<Response> next(std::size_t count) = 0;  // awaits them
};

class HubSubject final : public Subject {
 public:
  HubSubject() : hub_{config(), history_, clock_, Rng{1}, history_.revision()} {
    stream_ = hub_.open(client_);
  }

  void apply(const std::vector<Change>& changes) override {
    const auto rows = history_.apply(changes);
    if (!rows.empty()) hub_.on_applied(rows);
    flush();
  }
  void compact(std::int64_t at) override { history_.compact(Revision{at}); }
  void ask(const pb::WatchRequest& request) override {
    const Request asked = to_request(request);
    if (const auto* create = std::get_if<CreateRequest>(&asked)) stream_->create(*create, {});
    if (const auto* cancel = std::get_if<CancelRequest>(&asked)) stream_->cancel(cancel->id);
    if (std::holds_alternative<ProgressRequest>(asked)) stream_->ask_progress();
    flush();
  }
  std::vector<Response> next(std::size_t count) override {
    CHECK(client_.received.size() == count);
    return client_.take();
  }

 private:
  // As etcd, which bounds a catch-up by revisions only.
  static Config config() {
    Config config;
    config.slice.bytes_max = std::size_t{16} << 20;
    return config;
  }
  void flush() {
    while (hub_.flush()) {
    }
  }

  FakeHistory history_;
  FakeClock clock_;
  Hub hub_;
  Recorder client_;
  std::unique_ptr<WatchStream> stream_;
};

class EtcdSubject final : public Subject {
 public:
  EtcdSubject() : channel_{loop_, options(etcd_), Rng{1}} {
    call_ = channel_.start("/etcdserverpb.Watch/Watch", {},
                           {.headers = nullptr,
                            .message =
                                [this](std::string bytes) {
                                  received_.push_back(*grpc::parse_message<Response>(bytes));
                                },
                            .finished = nullptr});
  }

  void apply(const std::vector<Change>& changes) override {
    pb::TxnRequest txn;
    for (const Change& change : changes) {
      pb::RequestOp& op = *txn.add_success();
      if (change.value) {
        op.mutable_request_put()->set_key(change.key);
        op.mutable_request_put()->set_value(*change.value);
      } else {
        op.mutable_request_delete_range()->set_key(change.key);
      }
    }
    REQUIRE(unary<pb::TxnResponse>("/etcdserverpb.KV/Txn", txn).has_value());
  }
  void compact(std::int64_t at) override {
    pb::CompactionRequest request;
    request.set_revision(at);
    REQUIRE(unary<pb::CompactionResponse>("/etcdserverpb.KV/Compact", request).has_value());
  }
  void ask(const pb::WatchRequest& request) override {
    grpc::send(call_, request);
    // A unary call that is answered afterwards does not say that the stream's message was taken;
    // what follows must be separated by next().
  }
  std::vector<Response> next(std::size_t count) override {
    const auto until = std::chrono::steady_clock::now() + 30s;
    REQUIRE(loop_.run_until([&] { return received_.size() >= count; }, until));
    CHECK(received_.size() == count);
    return std::exchange(received_, {});
  }

 private:
  static grpc::ChannelOptions options(const test::EtcdProcess& etcd) {
    grpc::ChannelOptions options;
    options.endpoints = {etcd.endpoint()};
    options.send_bytes_max = std::size_t{16} << 20;
    return options;
  }
  template <class Answer, class Asked>
  Result<Answer> unary(std::string_view method, const Asked& request) {
    return grpc::call_unary<Answer>(
        channel_, method, request,
        {.deadline = std::chrono::steady_clock::now() + 60s, .metadata = {}});
  }

  test::EtcdProcess etcd_;
  EventLoop loop_;
  grpc::Channel channel_;
  grpc::Call call_;
  std::vector<Response> received_;
};

pb::WatchRequest create(const std::string& key,
                        const std::function<void(pb::WatchCreateRequest&)>& more = {}) {
  pb::WatchRequest request;
  request.mutable_create_request()->set_key(key);
  if (more) more(*request.mutable_create_request());
  return request;
}
pb::WatchRequest cancel(std::int64_t id) {
  pb::WatchRequest request;
  request.mutable_cancel_request()->set_watch_id(id);
  return request;
}
pb::WatchRequest progress() {
  pb::WatchRequest request;
  request.mutable_progress_request();
  return request;
}
std::function<void(pb::WatchCreateRequest&)> from(std::int64_t start) {
  return [start](pb::WatchCreateRequest& r) { r.set_start_revision(start); };
}
std::function<void(pb::WatchCreateRequest&)> with_id(std::int64_t id) {
  return [id](pb::WatchCreateRequest& r) { r.set_watch_id(id); };
}
std::function<void(pb::WatchCreateRequest&)> up_to(const std::string& end) {
  return [end](pb::WatchCreateRequest& r) { r.set_range_end(end); };
}

void told_to_both(const std::function<void(Subject&)>& script) {
  SUBCASE("the hub") {
    HubSubject hub;
    script(hub);
  }
  SUBCASE("etcd") {
    if (!test::peer_program("etcd")) {
      MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd in it");
      return;
    }
    EtcdSubject etcd;
    script(etcd);
  }
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

void expect(Subject& subject, const Lines& lines) {
  CHECK(joined(texts_of(subject.next(lines.size()))) == joined(lines));
}

const std::string kAll{"\0", 1};

}  // namespace

TEST_CASE("ids: chosen by the client or the next free one, refused when taken") {
  told_to_both([](Subject& s) {
    s.ask(create("a"));
    expect(s, {"id=0 rev=1 created"});
    s.ask(create("a", with_id(2)));
    expect(s, {"id=2 rev=1 created"});
    s.ask(create("a", with_id(-7)));
    expect(s, {"id=-7 rev=1 created"});
    s.ask(create("a"));
    expect(s, {"id=1 rev=1 created"});
    s.ask(create("a"));
    expect(s, {"id=3 rev=1 created"});
    s.ask(create("a", with_id(2)));
    expect(s, {"id=-1 rev=1 created canceled "
               "reason=mvcc: duplicate watch ID provided on the WatchStream"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=1 canceled"});
    s.ask(create("a"));  // goes on counting
    expect(s, {"id=4 rev=1 created"});
  });
}

TEST_CASE("a cancelled watch is told so once; an unknown id and an empty request are ignored") {
  told_to_both([](Subject& s) {
    s.ask(cancel(9));
    s.ask(pb::WatchRequest{});
    s.ask(create("a", with_id(9)));
    expect(s, {"id=9 rev=1 created"});
    s.apply({put("a", "1")});
    expect(s, {"id=9 rev=2 put(a=1@2)"});
    s.ask(cancel(9));
    expect(s, {"id=9 rev=2 canceled"});
    s.ask(cancel(9));
    s.apply({put("a", "2")});
    s.ask(create("b"));
    expect(s, {"id=0 rev=3 created"});
  });
}

TEST_CASE("ranges: a key, a prefix, everything from a key, and those that are refused") {
  told_to_both([](Subject& s) {
    s.ask(create("b", up_to("a")));
    expect(s, {"id=-1 rev=1 created canceled reason=mvcc: watcher range is empty"});
    s.ask(create("b", up_to("b")));
    expect(s, {"id=-1 rev=1 created canceled reason=mvcc: watcher range is empty"});
    s.ask(create("b", up_to("d")));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("a", "1")});
    s.apply({put("b", "2"), put("d", "3")});
    expect(s, {"id=0 rev=3 put(b=2@3)"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=3 canceled"});
    s.ask(create("c", up_to(kAll)));
    expect(s, {"id=1 rev=3 created"});
    s.apply({put("b", "4")});
    s.apply({put("zz", "5")});
    expect(s, {"id=1 rev=5 put(zz=5@5)"});
    s.ask(cancel(1));
    expect(s, {"id=1 rev=5 canceled"});
    s.ask(create("", up_to(kAll)));  // an empty key is the smallest
    expect(s, {"id=2 rev=5 created"});
    s.apply({put("b", "6")});
    expect(s, {"id=2 rev=6 put(b=6@6 v3)"});
  });
}

TEST_CASE("a watch of the past: all it missed in one response, at the newest revision") {
  told_to_both([](Subject& s) {
    s.apply({put("a", "1")});
    s.apply({put("a", "2"), put("b", "x")});
    s.apply({del("a")});
    s.apply({put("a", "3")});
    s.ask(create("a", from(2)));
    expect(s, {"id=0 rev=5 created", "id=0 rev=5 put(a=1@2) put(a=2@3 v2) del(a@4) put(a=3@5)"});
    s.apply({put("a", "4")});
    expect(s, {"id=0 rev=6 put(a=4@6 v2)"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=6 canceled"});
    s.ask(create("a", from(5)));
    expect(s, {"id=1 rev=6 created", "id=1 rev=6 put(a=3@5) put(a=4@6 v2)"});
  });
}

TEST_CASE("a watch of the future begins there") {
  told_to_both([](Subject& s) {
    s.ask(create("a", from(4)));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("a", "2")});
    s.apply({put("a", "3")});
    s.apply({put("a", "4")});
    expect(s, {"id=0 rev=4 put(a=4@4 v3)"});
  });
}

TEST_CASE("a watch of the compacted past is made, ended, and keeps its id until cancelled") {
  told_to_both([](Subject& s) {
    for (int i = 2; i <= 6; ++i) s.apply({put("a", std::to_string(i))});
    s.compact(5);
    s.ask(create("a", from(4)));
    expect(s, {"id=0 rev=6 created", "id=0 rev=0 canceled compact=5"});
    s.ask(create("a", from(-3)));
    expect(s, {"id=1 rev=6 created", "id=1 rev=0 canceled compact=5"});
    s.ask(create("a", from(5)));
    expect(s, {"id=2 rev=6 created", "id=2 rev=6 put(a=5@5 v4) put(a=6@6 v5)"});
    s.ask(create("a", [](auto& r) {
      r.set_watch_id(1);
      r.set_start_revision(5);
    }));
    expect(s, {"id=-1 rev=6 created canceled "
               "reason=mvcc: duplicate watch ID provided on the WatchStream"});
    s.ask(cancel(1));
    expect(s, {"id=1 rev=6 canceled"});
    s.ask(create("a", with_id(1)));
    expect(s, {"id=1 rev=6 created"});
  });
}

TEST_CASE("a start below zero is compacted, even where nothing ever was") {
  told_to_both([](Subject& s) {
    s.apply({put("a", "1")});
    s.ask(create("a", from(-2)));
    expect(s, {"id=0 rev=2 created", "id=0 rev=0 canceled compact=-1"});
    s.ask(create("a", from(1)));
    expect(s, {"id=1 rev=2 created", "id=1 rev=2 put(a=1@2)"});
  });
}

TEST_CASE("a transaction's events come together, in its order, to each watch") {
  told_to_both([](Subject& s) {
    s.apply({put("b", "0")});
    s.ask(create("a", up_to("z")));
    expect(s, {"id=0 rev=2 created"});
    s.apply({put("c", "1"), del("b"), put("a", "2")});
    expect(s, {"id=0 rev=3 put(c=1@3) del(b@3) put(a=2@3)"});
  });
}

TEST_CASE("filters: what is filtered is not even an empty response") {
  told_to_both([](Subject& s) {
    s.ask(create("a", [](auto& r) { r.add_filters(pb::WatchCreateRequest::NOPUT); }));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("a", "1")});
    s.apply({del("a")});
    expect(s, {"id=0 rev=3 del(a@3)"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=3 canceled"});
    s.ask(create("a", [](auto& r) {
      r.add_filters(pb::WatchCreateRequest::NODELETE);
      r.set_start_revision(2);
    }));
    expect(s, {"id=1 rev=3 created", "id=1 rev=3 put(a=1@2)"});
    s.apply({put("a", "2")});
    expect(s, {"id=1 rev=4 put(a=2@4)"});
    s.ask(cancel(1));
    expect(s, {"id=1 rev=4 canceled"});
    s.ask(create("a", [](auto& r) {
      r.add_filters(static_cast<pb::WatchCreateRequest::FilterType>(9));  // unknown: none
    }));
    expect(s, {"id=2 rev=4 created"});
    s.apply({put("a", "3")});
    expect(s, {"id=2 rev=5 put(a=3@5 v2)"});
  });
}

TEST_CASE("prev_kv: the row before, live and in the past, as long as it is not compacted") {
  told_to_both([](Subject& s) {
    const auto with_previous = [](pb::WatchCreateRequest& r) { r.set_prev_kv(true); };
    s.ask(create("a", with_previous));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("a", "1")});
    expect(s, {"id=0 rev=2 put(a=1@2)"});
    s.apply({put("a", "2")});
    expect(s, {"id=0 rev=3 put(a=2@3 v2 was 1@2)"});
    s.apply({del("a")});
    expect(s, {"id=0 rev=4 del(a@4 was 2@3)"});
    s.apply({put("a", "3")});
    expect(s, {"id=0 rev=5 put(a=3@5)"});
    s.apply({put("a", "4")});
    expect(s, {"id=0 rev=6 put(a=4@6 v2 was 3@5)"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=6 canceled"});
    s.compact(3);
    s.ask(create("a", [](auto& r) {
      r.set_prev_kv(true);
      r.set_start_revision(3);
    }));
    expect(s, {"id=1 rev=6 created",
               "id=1 rev=6 put(a=2@3 v2) del(a@4 was 2@3) put(a=3@5) put(a=4@6 v2 was 3@5)"});
  });
}

TEST_CASE("fragments are cut between events below the limit, and only for those who asked") {
  told_to_both([](Subject& s) {
    const std::string large(1'000'000, 'x');
    s.ask(create("k", [](auto& r) {
      r.set_range_end("l");
      r.set_fragment(true);
    }));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("k1", large)});
    expect(s, {"id=0 rev=2 put(k1=1000000 bytes@2)"});
    s.apply({put("k2", large)});
    expect(s, {"id=0 rev=3 put(k2=1000000 bytes@3)"});
    s.apply({put("k3", large)});
    expect(s, {"id=0 rev=4 put(k3=1000000 bytes@4)"});
    s.ask(cancel(0));
    expect(s, {"id=0 rev=4 canceled"});
    s.ask(create("k", [](auto& r) {
      r.set_range_end("l");
      r.set_fragment(true);
      r.set_start_revision(2);
    }));
    expect(s, {"id=1 rev=4 created",
               "id=1 rev=4 fragment put(k1=1000000 bytes@2) put(k2=1000000 bytes@3)",
               "id=1 rev=4 put(k3=1000000 bytes@4)"});
  });
}

TEST_CASE("a progress request is answered for all watches of the stream at once") {
  told_to_both([](Subject& s) {
    s.ask(progress());
    expect(s, {"id=-1 rev=1"});
    s.ask(create("a"));
    expect(s, {"id=0 rev=1 created"});
    s.apply({put("b", "1")});
    s.ask(progress());
    expect(s, {"id=-1 rev=2"});
    s.apply({put("a", "1")});
    expect(s, {"id=0 rev=3 put(a=1@3)"});
    s.ask(progress());
    expect(s, {"id=-1 rev=3"});
  });
}
