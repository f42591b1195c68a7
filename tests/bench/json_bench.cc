// What the JSON gateway costs per message, in nanoseconds: json_bench [rounds]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/ensure.h"
#include "common/json/message_json.h"
#include "proto/rpc.pb.h"

namespace {

template <class Work>
void measure(std::string_view name, int rounds, std::size_t bytes, Work work) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) work();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  const double each = took.count() / rounds;
  std::printf("%-34.*s %8zu bytes %10.0f ns %8.0f MB/s\n", static_cast<int>(name.size()),
              name.data(), bytes, each, static_cast<double>(bytes) * 1000 / each);
}

template <class Message>
void parse(std::string_view name, int rounds, const std::string& text) {
  measure(name, rounds, text.size(), [&text] {
    Message message;
    ENSURE(quorate::parse_json(text, message).has_value());
  });
}

template <class Message>
void print(std::string_view name, int rounds, const Message& message) {
  std::string text;
  quorate::append_json(message, text);
  measure(name, rounds, text.size(), [&message] {
    std::string out;
    quorate::append_json(message, out);
    ENSURE(!out.empty());
  });
}

etcdserverpb::RangeResponse range_response(int keys, std::size_t value_bytes) {
  etcdserverpb::RangeResponse response;
  auto* header = response.mutable_header();
  header->set_cluster_id(9997334228749593067U);
  header->set_member_id(8046893457242032341U);
  header->set_revision(123456);
  header->set_raft_term(2);
  for (int i = 0; i < keys; ++i) {
    auto* kv = response.add_kvs();
    kv->set_key("registry/pods/default/web-" + std::to_string(i));
    kv->set_create_revision(1000 + i);
    kv->set_mod_revision(100000 + i);
    kv->set_version(7);
    kv->set_value(std::string(value_bytes, 'v'));
  }
  response.set_count(keys);
  return response;
}

std::string base64_of_zeros(std::size_t bytes) {
  return std::string(bytes / 3 * 4, 'A');
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const std::string key = R"("key":"cmVnaXN0cnkvcG9kcy9kZWZhdWx0L3dlYi0x")";
  parse<etcdserverpb::PutRequest>("parse put, 63 byte value", rounds,
                                  "{" + key + R"(,"value":")" + base64_of_zeros(63) + "\"}");
  parse<etcdserverpb::PutRequest>("parse put, 3 kB value", rounds,
                                  "{" + key + R"(,"value":")" + base64_of_zeros(3000) + "\"}");
  parse<etcdserverpb::PutRequest>("parse put, 1.2 MB value", rounds / 1000 + 1,
                                  "{" + key + R"(,"value":")" + base64_of_zeros(1'200'000) + "\"}");
  parse<etcdserverpb::RangeRequest>("parse range", rounds,
                                    "{" + key + R"(,"range_end":"AA==","limit":"10"})");
  parse<etcdserverpb::TxnRequest>("parse txn", rounds,
                                  R"({"compare":[{"target":"MOD",)" + key +
                                      R"(,"mod_revision":"7"}],"success":[{"requestPut":{)" + key +
                                      R"(,"value":"YmF6"}}],"failure":[{"requestRange":{)" + key +
                                      "}}]}");
  print("print put answer", rounds, range_response(0, 0));
  print("print range answer, 1 key, 64 B", rounds, range_response(1, 64));
  print("print range answer, 100 keys, 64 B", rounds / 100 + 1, range_response(100, 64));
  print("print range answer, 1 key, 1 MB", rounds / 1000 + 1, range_response(1, 1'000'000));
}
