// What the printers make of an answer must be what a real etcdctl printed for it.
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <doctest/doctest.h>

#include "ctl/output/printer.h"

using namespace quorate::ctl;

namespace {

// One command of the recording.
struct Record {
  std::string command;
  std::string type;
  std::string answer;                        // in protobuf
  std::map<std::string, std::string> forms;  // what was printed
  std::vector<std::string> refused;
};

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::vector<Record> read_recording(const std::string& path) {
  std::ifstream file{path};
  REQUIRE(file.is_open());
  std::vector<Record> records;
  std::string* output = nullptr;
  for (std::string line; std::getline(file, line);) {
    const auto starts = [&](const char* word) { return line.rfind(word, 0) == 0; };
    const auto rest = [&](const char* word) { return line.substr(std::string{word}.size()); };
    if (starts("$ ")) records.push_back({rest("$ "), "", "", {}, {}});
    if (starts("type ")) records.back().type = rest("type ");
    if (starts("protobuf ")) records.back().answer = from_hex(rest("protobuf "));
    if (starts("refused ")) records.back().refused.push_back(rest("refused "));
    if (starts("form ")) output = &records.back().forms[rest("form ")];
    if (starts("| ")) *output += rest("| ") + '\n';
  }
  return records;
}

template <class Message>
Message parse(const Record& record) {
  Message message;
  REQUIRE(message.ParseFromString(record.answer));
  return message;
}

// The last words of the command are what the answer is about.
std::string word(const Record& record, std::size_t index) {
  std::istringstream words{record.command};
  std::string text;
  for (std::size_t i = 0; i <= index; ++i) words >> text;
  return text;
}

using Print = std::function<Outcome<>(Printer&, const Record&)>;

const std::map<std::string, Print>& prints() {
  static const std::map<std::string, Print> kPrints{
      {"RangeResponse",
       [](Printer& p, const Record& r) { return p.get(parse<pb::RangeResponse>(r)); }},
      {"PutResponse", [](Printer& p, const Record& r) { return p.put(parse<pb::PutResponse>(r)); }},
      {"DeleteRangeResponse",
       [](Printer& p, const Record& r) { return p.del(parse<pb::DeleteRangeResponse>(r)); }},
      {"TxnResponse", [](Printer& p, const Record& r) { return p.txn(parse<pb::TxnResponse>(r)); }},
      {"MemberListResponse",
       [](Printer& p, const Record& r) { return p.member_list(parse<pb::MemberListResponse>(r)); }},
      {"AuthUserAddResponse",
       [](Printer& p, const Record& r) {
         const std::string name = word(r, 2);
         return p.user_add(name.substr(0, name.find(':')), parse<pb::AuthUserAddResponse>(r));
       }},
      {"AuthUserGetResponse",
       [](Printer& p, const Record& r) {
         return p.user_get(word(r, 2), parse<pb::AuthUserGetResponse>(r));
       }},
      {"AuthUserListResponse",
       [](Printer& p, const Record& r) { return p.user_list(parse<pb::AuthUserListResponse>(r)); }},
      {"AuthUserDeleteResponse",
       [](Printer& p, const Record& r) {
         return p.user_delete(word(r, 2), parse<pb::AuthUserDeleteResponse>(r));
       }},
      {"AuthUserGrantRoleResponse",
       [](Printer& p, const Record& r) {
         return p.user_grant(word(r, 2), word(r, 3), parse<pb::AuthUserGrantRoleResponse>(r));
       }},
      {"AuthUserRevokeRoleResponse",
       [](Printer& p, const Record& r) {
         return p.user_revoke(word(r, 2), word(r, 3), parse<pb::AuthUserRevokeRoleResponse>(r));
       }},
      {"AuthRoleAddResponse",
       [](Printer& p, const Record& r) {
         return p.role_add(word(r, 2), parse<pb::AuthRoleAddResponse>(r));
       }},
      {"AuthRoleGetResponse",
       [](Printer& p, const Record& r) {
         return p.role_get(word(r, 2), parse<pb::AuthRoleGetResponse>(r));
       }},
      {"AuthRoleListResponse",
       [](Printer& p, const Record& r) { return p.role_list(parse<pb::AuthRoleListResponse>(r)); }},
      {"AuthRoleDeleteResponse",
       [](Printer& p, const Record& r) {
         return p.role_delete(word(r, 2), parse<pb::AuthRoleDeleteResponse>(r));
       }},
      {"AuthRoleGrantPermissionResponse", [](Printer& p, const Record& r) {
         return p.role_grant(word(r, 2), parse<pb::AuthRoleGrantPermissionResponse>(r));
       }}};
  return kPrints;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Where etcdctl 3.4, which made the recording, differs from 3.5 and later, which we follow: the
// names of a transaction's answers in JSON, and the revision of answers that have none.
std::string as_in_later_versions(std::string text) {
  text = replaced(std::move(text), "\"ResponsePut\":", "\"response_put\":");
  text = replaced(std::move(text), "\"ResponseRange\":", "\"response_range\":");
  text = replaced(std::move(text), "\"ResponseDeleteRange\":", "\"response_delete_range\":");
  return replaced(std::move(text), "\"Revision\" : 0\n", "");
}

struct Printed {
  std::string text;
  Outcome<> outcome;
};

Printed print(const Record& record, const std::string& form) {
  std::ostringstream out;
  std::ostringstream err;
  const bool is_hex = form.find(" --hex") != std::string::npos;
  const auto format = parse_output_format(form.substr(0, form.find(' ')));
  REQUIRE(format.has_value());
  const auto printer = make_printer(*format, is_hex ? Hex::yes : Hex::no, out, err);
  auto outcome = prints().at(record.type)(*printer, record);
  CHECK(err.str().empty());
  return {out.str(), outcome};
}

}  // namespace

TEST_CASE("answers are printed as etcdctl prints them, in every form") {
  const auto records = read_recording(GOLDEN_DIR "/etcdctl.golden");
  REQUIRE(records.size() > 30);
  for (const Record& record : records) {
    INFO(record.command);
    for (const auto& [form, text] : record.forms) {
      INFO(form);
      CHECK(print(record, form).text == as_in_later_versions(text));
    }
    for (const std::string& form : record.refused) {
      const Printed printed = print(record, form);
      REQUIRE(printed.outcome.has_error());
      CHECK(printed.outcome.error().status == kExitBadFeature);
      CHECK(printed.outcome.error().text == form + " not supported as output format");
      CHECK(printed.text.empty());
    }
    CHECK(print(record, "protobuf").text == record.answer);
  }
}
