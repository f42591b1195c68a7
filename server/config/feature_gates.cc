#include "server/config/feature_gates.h"

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/go_text.h"

namespace quorate::config {

const std::array<FeatureInfo, kFeatureCount>& all_features() {
  static constexpr std::array<FeatureInfo, kFeatureCount> kFeatures{{
      {Feature::compact_hash_check, "CompactHashCheck", Stage::alpha},
      {Feature::fast_lease_keep_alive, "FastLeaseKeepAlive", Stage::beta},
      {Feature::initial_corrupt_check, "InitialCorruptCheck", Stage::alpha},
      {Feature::lease_checkpoint, "LeaseCheckpoint", Stage::alpha},
      {Feature::lease_checkpoint_persist, "LeaseCheckpointPersist", Stage::alpha},
      {Feature::priority_request, "PriorityRequest", Stage::alpha},
      {Feature::set_member_local_addr, "SetMemberLocalAddr", Stage::alpha},
      {Feature::stop_grpc_service_on_defrag, "StopGRPCServiceOnDefrag", Stage::alpha},
      {Feature::txn_mode_write_with_shared_buffer, "TxnModeWriteWithSharedBuffer", Stage::beta},
  }};
  return kFeatures;
}

std::string_view feature_name(Feature feature) {
  for (const FeatureInfo& info : all_features()) {
    if (info.feature == feature) return info.name;
  }
  return "";
}

std::string_view stage_name(Stage stage) {
  return stage == Stage::alpha ? "ALPHA" : "BETA";
}

FeatureGates::FeatureGates() {
  for (const FeatureInfo& info : all_features()) {
    gates_[static_cast<std::size_t>(info.feature)].is_on = info.stage == Stage::beta;
  }
}

void FeatureGates::set(Feature feature, bool is_on) {
  gates_[static_cast<std::size_t>(feature)] = {is_on, true};
}

Status FeatureGates::set_one(std::string_view name, bool is_on) {
  if (name == "AllAlpha" || name == "AllBeta") {
    const Stage stage = name == "AllAlpha" ? Stage::alpha : Stage::beta;
    for (const FeatureInfo& info : all_features()) {
      Gate& gate = gates_[static_cast<std::size_t>(info.feature)];
      if (info.stage == stage && !gate.is_named) gate.is_on = is_on;
    }
    return {};
  }
  for (const FeatureInfo& info : all_features()) {
    if (info.name != name) continue;
    set(info.feature, is_on);
    return {};
  }
  return Error{Code::invalid_argument, fmt::format("unrecognized feature gate: {}", name)};
}

Status FeatureGates::set(std::string_view list) {
  FeatureGates changed = *this;
  for (const std::string& item : split_commas(list)) {
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const std::string name{trimmed(item.substr(0, equals))};
    if (equals == std::string::npos) {
      return Error{Code::invalid_argument, fmt::format("missing bool value for {}", name)};
    }
    const std::string value{trimmed(item.substr(equals + 1))};
    const auto is_on = parse_go_bool(value);
    if (!is_on) {
      return Error{Code::invalid_argument,
                   fmt::format("invalid value of {}={}, err: strconv.ParseBool: parsing {}: {}",
                               name, value, go_quoted(value), is_on.error().message)};
    }
    if (const Status done = changed.set_one(name, *is_on); !done) return done.error();
  }
  *this = changed;
  return {};
}

}  // namespace quorate::config
