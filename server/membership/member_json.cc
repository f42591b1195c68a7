#include "server/membership/member_json.h"

#include <nlohmann/json.hpp>

namespace quorate::membership {
namespace {

using Json = nlohmann::ordered_json;

// Go's encoding/json escapes these so that JSON can stand inside HTML.
std::string escape_html(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (char c : json) {
    if (c == '<')
      out += "\\u003c";
    else if (c == '>')
      out += "\\u003e";
    else if (c == '&')
      out += "\\u0026";
    else
      out += c;
  }
  return out;
}

std::vector<std::string> strings_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return {};
  std::vector<std::string> out;
  for (const auto& each : *found) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

bool flag_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

std::string to_json(const Member& member) {
  return to_json(MemberChange{member, false});
}

std::string to_json(const MemberChange& change) {
  const Member& member = change.member;
  Json json;
  json["id"] = member.id.value();
  json["peerURLs"] = member.peer_urls.empty() ? Json(nullptr) : Json(member.peer_urls);
  if (member.is_learner) json["isLearner"] = true;
  if (!member.name.empty()) json["name"] = member.name;
  if (!member.client_urls.empty()) json["clientURLs"] = member.client_urls;
  if (change.is_promotion) json["isPromote"] = true;
  return escape_html(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<MemberChange> parse_member(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return Error{Code::data_loss, "a member is not a JSON object"};
  const auto id = object.find("id");
  if (id == object.end() || !id->is_number_unsigned()) {
    return Error{Code::data_loss, "a member has no id"};
  }
  MemberChange change;
  change.member.id = MemberId{id->get<std::uint64_t>()};
  change.member.peer_urls = strings_of(object, "peerURLs");
  change.member.client_urls = strings_of(object, "clientURLs");
  change.member.is_learner = flag_of(object, "isLearner");
  change.is_promotion = flag_of(object, "isPromote");
  if (const auto name = object.find("name"); name != object.end() && name->is_string()) {
    change.member.name = name->get<std::string>();
  }
  return change;
}

}  // namespace quorate::membership
