#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include "common/json/message_json.h"
#include "proto/rpc.pb.h"

namespace {

template <class Message>
std::string parsed(std::string_view text) {
  Message message;
  const quorate::Status status = quorate::parse_json(text, message);
  if (!status) {
    CHECK(status.error().code == quorate::Code::invalid_argument);
    return status.error().message;
  }
  return message.ShortDebugString();
}

using Table = std::vector<std::pair<std::string, std::string>>;

template <class Message>
void check(const Table& table) {
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(parsed<Message>(text) == expected);
  }
}

std::string nested_txn(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += R"({"success":[{"request_txn":)";
  text += "{}";
  for (int i = 0; i < depth; ++i) text += "}]}";
  return text;
}

}  // namespace

TEST_CASE("no text and null are an empty message, what follows the value does not count") {
  check<etcdserverpb::RangeRequest>({{"", ""},
                                     {" \n", ""},
                                     {"null", ""},
                                     {" null ", ""},
                                     {"null{\"key\":\"YQ==\"}", ""},
                                     {"{}", ""},
                                     {R"({"key":"YQ=="}garbage)", R"(key: "a")"},
                                     {R"({"key":"YQ=="}{)", R"(key: "a")"}});
}

// Errors here and below are those of a real etcd 3.4.
TEST_CASE("what is no object is refused") {
  check<etcdserverpb::RangeRequest>(
      {{"[]", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage"},
       {"\"x\"", "json: cannot unmarshal string into Go value of type map[string]json.RawMessage"},
       {"1", "json: cannot unmarshal number into Go value of type map[string]json.RawMessage"},
       {"12x", "json: cannot unmarshal number into Go value of type map[string]json.RawMessage"},
       {"truefalse",
        "json: cannot unmarshal bool into Go value of type map[string]json.RawMessage"},
       {"-", "unexpected EOF"},
       {"{\"key\"", "unexpected EOF"},
       {"{key:1}", "invalid character 'k' looking for beginning of object key string"}});
}

TEST_CASE("fields go by their proto name or lowerCamelCase, unknown ones are ignored") {
  check<etcdserverpb::RangeRequest>(
      {{R"({"range_end":"YQ=="})", R"(range_end: "a")"},
       {R"({"rangeEnd":"YQ=="})", R"(range_end: "a")"},
       {R"({"RangeEnd":"YQ==","KEY":"YQ==","":1,"other":{"key":[1,{}]}})", ""},
       {R"({"k\u0065y":"YQ=="})", R"(key: "a")"},
       // Of equal names the last one counts, and the others may be anything.
       {R"({"key":"!","key":"YQ=="})", R"(key: "a")"},
       {R"({"key":"YQ==","key":null})", ""},
       // lowerCamelCase wins, wherever it stands.
       {R"({"rangeEnd":"","range_end":"!!"})", ""},
       {R"({"range_end":"!!","rangeEnd":"AA=="})", R"(range_end: "\000")"},
       {R"({"rangeEnd":"!!","range_end":""})", "illegal base64 data at input byte 0"}});
  check<etcdserverpb::LeaseGrantRequest>(
      {{R"({"ID":"77","TTL":100})", "TTL: 100 ID: 77"}, {R"({"id":"77","ttl":100})", ""}});
}

TEST_CASE("bytes are base64, or a list of numbers") {
  check<etcdserverpb::RangeRequest>(
      {{R"({"key":"YQ"})", R"(key: "a")"},
       {R"({"key":"-_-_"})", R"(key: "\373\377\277")"},
       {R"({"key":"\u0059Q\n=="})", R"(key: "a")"},
       {R"({"key":null})", ""},
       {R"({"key":[97,null,98]})", R"(key: "a\000b")"},
       {R"({"key":[]})", ""},
       {R"({"key":"!"})", "illegal base64 data at input byte 0"},
       {R"({"key":"YQ==\u00e9"})", "illegal base64 data at input byte 4"},
       {R"({"key":1})", "json: cannot unmarshal number into Go value of type []uint8"},
       {R"({"key":true})", "json: cannot unmarshal bool into Go value of type []uint8"},
       {R"({"key":{}})", "json: cannot unmarshal object into Go value of type []uint8"},
       {R"({"key":[300]})", "json: cannot unmarshal number 300 into Go value of type uint8"},
       {R"({"key":[-1]})", "json: cannot unmarshal number -1 into Go value of type uint8"},
       {R"({"key":["a"]})", "json: cannot unmarshal string into Go value of type uint8"},
       {R"({"key":[1.5]})", "json: cannot unmarshal number 1.5 into Go value of type uint8"}});
}

TEST_CASE("integers are numbers or strings, and whole") {
  const auto limit = [](std::string_view text) {
    return parsed<etcdserverpb::RangeRequest>("{\"limit\":" + std::string{text} + "}");
  };
  const Table accepted{{"1", "limit: 1"},
                       {"\"1\"", "limit: 1"},
                       {"-1", "limit: -1"},
                       {"\"-1\"", "limit: -1"},
                       {"\" 1 \"", "limit: 1"},
                       {"0", ""},
                       {"-0", ""},
                       {"\"-0\"", ""},
                       {"null", ""},
                       {"\"null\"", ""},
                       {"9223372036854775807", "limit: 9223372036854775807"},
                       {"\"-9223372036854775808\"", "limit: -9223372036854775808"},
                       // Refused by 3.4 and 3.5, accepted since 3.6.
                       {"1e0", "limit: 1"},
                       {"1.0", "limit: 1"},
                       {"\"1.50e1\"", "limit: 15"},
                       {"1500E-2", "limit: 15"},
                       {"-0.0e-0", ""},
                       {"9.223372036854775807e18", "limit: 9223372036854775807"}};
  for (const auto& [text, expected] : accepted) {
    CAPTURE(text);
    CHECK(limit(text) == expected);
  }
  for (const std::string number :
       {"1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "99999999999999999999999",
        "1e400", "1e19", "1e-999999999999", "1e999999999999"}) {
    CAPTURE(number);
    const std::string error =
        "json: cannot unmarshal number " + number + " into Go value of type int64";
    CHECK(limit(number) == error);
    CHECK(limit("\"" + number + "\"") == error);
  }
  const Table refused{{"\"x\"", "invalid character 'x' looking for beginning of value"},
                      {"\"\"", "unexpected end of JSON input"},
                      {"\"{\"", "unexpected end of JSON input"},
                      {"\"1 2\"", "invalid character '2' after top-level value"},
                      {"\"1x\"", "invalid character 'x' after top-level value"},
                      {"\"01\"", "invalid character '1' after top-level value"},
                      {"\"0x10\"", "invalid character 'x' after top-level value"},
                      {"\"1,2\"", "invalid character ',' after top-level value"},
                      {"\"+1\"", "invalid character '+' looking for beginning of value"},
                      {"\"-\"", "invalid character ' ' in numeric literal"},
                      {"\"1e\"", "invalid character ' ' in exponent of numeric literal"},
                      {"\"tru\"", "invalid character ' ' in literal true (expecting 'e')"},
                      {R"("\u0031")", R"(invalid character '\\' looking for beginning of value)"},
                      {"\"\u00e9\"", "invalid character '\u00c3' looking for beginning of value"},
                      {"\"true\"", "json: cannot unmarshal bool into Go value of type int64"},
                      {"\"{}\"", "json: cannot unmarshal object into Go value of type int64"},
                      {"\"[]\"", "json: cannot unmarshal array into Go value of type int64"},
                      {"true", "json: cannot unmarshal bool into Go value of type int64"},
                      {"{}", "json: cannot unmarshal object into Go value of type int64"},
                      {"[1]", "json: cannot unmarshal array into Go value of type int64"}};
  for (const auto& [text, expected] : refused) {
    CAPTURE(text);
    CHECK(limit(text) == expected);
  }
  check<etcdserverpb::MemberRemoveRequest>(
      {{R"({"ID":"18446744073709551615"})", "ID: 18446744073709551615"},
       {R"({"ID":-1})", "json: cannot unmarshal number -1 into Go value of type uint64"},
       {R"({"ID":18446744073709551616})",
        "json: cannot unmarshal number 18446744073709551616 into Go value of type uint64"}});
}

TEST_CASE("booleans and strings take nothing else") {
  check<etcdserverpb::RangeRequest>(
      {{R"({"keys_only":true})", "keys_only: true"},
       {R"({"keysOnly":false})", ""},
       {R"({"keys_only":null})", ""},
       {R"({"keys_only":"true"})", "json: cannot unmarshal string into Go value of type bool"},
       {R"({"keys_only":1})", "json: cannot unmarshal number into Go value of type bool"}});
  check<etcdserverpb::AuthUserAddRequest>(
      {{R"({"name":"a","password":null})", R"(name: "a")"},
       {R"({"name":1})", "json: cannot unmarshal number into Go value of type string"},
       {R"({"name":[]})", "json: cannot unmarshal array into Go value of type string"}});
}

TEST_CASE("strings are unescaped, what is not UTF-8 is replaced") {
  const auto name = [](const std::string& literal) {
    etcdserverpb::AuthUserAddRequest request;
    CHECK(quorate::parse_json("{\"name\":\"" + literal + "\"}", request).has_value());
    return request.name();
  };
  CHECK(name(R"(\"\\\/\b\f\n\r\t\u0001\u007f)") == "\"\\/\b\f\n\r\t\x01\x7f");
  CHECK(name(R"(\u00e9\u2028\ud83d\ude00)") == "\u00e9\u2028\U0001f600");
  CHECK(name(R"(\ud800x\udc00\ud800\n\ud800\ud83d\ude00)") ==
        "\ufffdx\ufffd\ufffd\n\ufffd\U0001f600");
  CHECK(name("\xff\xfe\u00e9\xed\xa0\x80z") == "\ufffd\ufffd\u00e9\ufffd\ufffd\ufffdz");
  CHECK(name("\xc3") == "\ufffd");
  CHECK(name("\xc0\x80\xf4\x90\x80\x80") == "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
}

TEST_CASE("enums go by name or number") {
  check<etcdserverpb::RangeRequest>(
      {{R"({"sort_order":"DESCEND"})", "sort_order: DESCEND"},
       {R"({"sort_order":2})", "sort_order: DESCEND"},
       {R"({"sort_order":7})", "sort_order: 7"},
       {R"({"sort_order":-1})", "sort_order: -1"},
       {R"({"sort_order":null})", ""},
       {R"({"sort_order":"ascend"})",
        R"(unknown value "ascend" for enum etcdserverpb.RangeRequest_SortOrder)"},
       {R"({"sort_order":"1"})",
        R"(unknown value "1" for enum etcdserverpb.RangeRequest_SortOrder)"},
       {R"({"sort_order":"A\nB"})",
        R"(unknown value "A\\nB" for enum etcdserverpb.RangeRequest_SortOrder)"},
       {R"({"sort_order":"a\"b"})",
        R"(unknown value "a\\\"b" for enum etcdserverpb.RangeRequest_SortOrder)"},
       {"{\"sort_order\":\"\u00e9\u200b\u00ad\U0001f600\x7f\xff\xc3\"}",
        "unknown value \"\u00e9\\u200b\\u00ad\U0001f600\\x7f\\xff\\xc3\" for enum "
        "etcdserverpb.RangeRequest_SortOrder"},
       {R"({"sort_order":1.5})",
        "json: cannot unmarshal number 1.5 into Go value of type "
        "etcdserverpb.RangeRequest_SortOrder"},
       {R"({"sort_order":2147483648})",
        "json: cannot unmarshal number 2147483648 into Go value of type "
        "etcdserverpb.RangeRequest_SortOrder"},
       {R"({"sort_order":[]})",
        "json: cannot unmarshal array into Go value of type "
        "etcdserverpb.RangeRequest_SortOrder"}});
  check<etcdserverpb::AlarmRequest>(
      {{R"({"alarm":"BAD"})", R"(unknown value "BAD" for enum etcdserverpb.AlarmType)"}});
  check<etcdserverpb::WatchRequest>(
      {{R"({"create_request":{"filters":["NODELETE",0,null]}})",
        "create_request { filters: NODELETE filters: NOPUT filters: NOPUT }"},
       {R"({"create_request":{"filters":["BAD"]}})",
        R"(unknown value "BAD" for enum etcdserverpb.WatchCreateRequest_FilterType)"}});
}

TEST_CASE("lists and messages within messages") {
  check<etcdserverpb::TxnRequest>(
      {{R"({"compare":null,"success":[]})", ""},
       {R"({"compare":[{}],"compare":[]})", ""},
       {R"({"success":[{"request_put":{}},{"requestRange":{"key":"YQ=="}},{}]})",
        R"(success { request_put { } } success { request_range { key: "a" } } success { })"},
       {R"({"success":[{"request_put":null}]})", "success { }"},
       {R"({"compare":[{"target":"VERSION","version":"0"}]})", "compare { version: 0 }"},
       {R"({"compare":{}})",
        "json: cannot unmarshal object into Go value of type []json.RawMessage"},
       {R"({"compare":"x"})",
        "json: cannot unmarshal string into Go value of type []json.RawMessage"},
       {R"({"compare":[1]})",
        "json: cannot unmarshal number into Go value of type map[string]json.RawMessage"},
       {R"({"success":[{"request_put":[]}]})",
        "json: cannot unmarshal array into Go value of type map[string]json.RawMessage"},
       // Here etcd 3.4 drops the connection.
       {R"({"compare":[null]})",
        "json: cannot unmarshal null into Go value of type map[string]json.RawMessage"}});
  check<etcdserverpb::MemberAddRequest>(
      {{R"({"peerURLs":["a",null]})", R"(peerURLs: "a" peerURLs: "")"},
       {R"({"peerURLs":"a"})",
        "json: cannot unmarshal string into Go value of type []json.RawMessage"},
       {R"({"peerURLs":[1]})", "json: cannot unmarshal number into Go value of type string"}});
}

TEST_CASE("of two members of a oneof the later one stays") {
  check<etcdserverpb::RequestOp>(
      {{R"({"request_range":{"key":"YQ=="},"request_put":{}})", "request_put { }"},
       {R"({"request_put":{},"request_range":{"key":"YQ=="}})", R"(request_range { key: "a" })"},
       {R"({"request_put":{},"request_range":null})", "request_put { }"}});
}

TEST_CASE("of two mistakes the one in the field declared first is reported") {
  check<etcdserverpb::TxnRequest>(
      {{R"({"success":[{"request_put":{"lease":"x"}}],"compare":"bad"})",
        "json: cannot unmarshal string into Go value of type []json.RawMessage"},
       {R"({"success":"bad","compare":[{"target":"BAD"}]})",
        R"(unknown value "BAD" for enum etcdserverpb.Compare_CompareTarget)"},
       {R"({"success":"bad",})",
        "invalid character '}' looking for beginning of object key string"}});
}

TEST_CASE("messages may be nested deeper than any transaction, but not without end") {
  etcdserverpb::TxnRequest request;
  CHECK(quorate::parse_json(nested_txn(140), request).has_value());
  CHECK(parsed<etcdserverpb::TxnRequest>(nested_txn(150)) ==
        "json: messages are nested too deeply");
  CHECK(parsed<etcdserverpb::TxnRequest>(nested_txn(20'000)) ==
        "invalid character '[' exceeded max depth");
}

TEST_CASE("parsing begins with an empty message") {
  etcdserverpb::RangeRequest request;
  request.set_limit(5);
  CHECK(quorate::parse_json("{}", request).has_value());
  CHECK(request.limit() == 0);
}
