#include "server/replica/conf_state_json.h"

#include <nlohmann/json.hpp>

namespace quorate::replica {
namespace {

using Json = nlohmann::ordered_json;

void put_ids(const char* name, const std::vector<MemberId>& ids, Json& out) {
  if (ids.empty()) return;
  Json list = Json::array();
  for (const MemberId id : ids) list.push_back(id.value());
  out[name] = std::move(list);
}

bool take_ids(const Json& object, const char* name, std::vector<MemberId>& out) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  if (!found->is_array()) return false;
  for (const Json& each : *found) {
    if (!each.is_number_unsigned()) return false;
    out.emplace_back(each.get<std::uint64_t>());
  }
  return true;
}

void append_big_endian(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

}  // namespace

std::string to_json(const raft::ConfState& conf) {
  Json json = Json::object();
  put_ids("voters", conf.voters, json);
  put_ids("learners", conf.learners, json);
  put_ids("voters_outgoing", conf.voters_outgoing, json);
  put_ids("learners_next", conf.learners_next, json);
  json["auto_leave"] = conf.auto_leave;
  return json.dump();
}

Result<raft::ConfState> parse_conf_state(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  raft::ConfState conf;
  const bool is_sound = object.is_object() && take_ids(object, "voters", conf.voters) &&
                        take_ids(object, "learners", conf.learners) &&
                        take_ids(object, "voters_outgoing", conf.voters_outgoing) &&
                        take_ids(object, "learners_next", conf.learners_next);
  if (!is_sound) return Error{Code::data_loss, "the stored configuration cannot be read"};
  const auto leave = object.find("auto_leave");
  conf.auto_leave = leave != object.end() && leave->is_boolean() && leave->get<bool>();
  return conf;
}

std::string encode_revision(Revision main) {
  std::string out;
  append_big_endian(static_cast<std::uint64_t>(main.value()), out);
  out += '_';
  append_big_endian(0, out);
  return out;
}

std::optional<Revision> decode_revision(std::string_view bytes) {
  if (bytes.size() < 17 || bytes[8] != '_') return {};
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return Revision{static_cast<std::int64_t>(value)};
}

}  // namespace quorate::replica
