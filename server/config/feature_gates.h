// Feature gates: behaviour that etcd lets operators switch on or off by name (--feature-gates).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/result.h"

namespace quorate::config {

enum class Feature : std::uint8_t {
  compact_hash_check,
  fast_lease_keep_alive,
  initial_corrupt_check,
  lease_checkpoint,
  lease_checkpoint_persist,
  priority_request,
  set_member_local_addr,
  stop_grpc_service_on_defrag,
  txn_mode_write_with_shared_buffer,
};
inline constexpr std::size_t kFeatureCount = 9;

enum class Stage : std::uint8_t { alpha, beta };

struct FeatureInfo {
  Feature feature;
  std::string_view name;  // "InitialCorruptCheck"
  Stage stage;            // alpha: off unless asked for; beta: on
};

// By name.
[[nodiscard]] const std::array<FeatureInfo, kFeatureCount>& all_features();
[[nodiscard]] std::string_view feature_name(Feature feature);
[[nodiscard]] std::string_view stage_name(Stage stage);  // "ALPHA" or "BETA"

class FeatureGates {
 public:
  FeatureGates();

  [[nodiscard]] bool enabled(Feature feature) const { return gate(feature).is_on; }

  void set(Feature feature, bool is_on);
  // "A=true,B=false", on top of what was set before. AllAlpha and AllBeta set the features of a
  // stage that are not named themselves. All or nothing; the error has etcd's text.
  Status set(std::string_view list);

 private:
  struct Gate {
    bool is_on = false;
    bool is_named = false;  // set by its name, not by default or with all of its stage
  };
  [[nodiscard]] const Gate& gate(Feature feature) const {
    return gates_[static_cast<std::size_t>(feature)];
  }
  Status set_one(std::string_view name, bool is_on);

  std::array<Gate, kFeatureCount> gates_;
};

}  // namespace quorate::config
