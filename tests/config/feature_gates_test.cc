#include "server/config/feature_gates.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::config;

TEST_CASE("beta features are on, alpha features off, until somebody says otherwise") {
  const FeatureGates gates;
  for (const FeatureInfo& info : all_features()) {
    CHECK(gates.enabled(info.feature) == (info.stage == Stage::beta));
    CHECK(feature_name(info.feature) == info.name);
  }
}

TEST_CASE("features are switched by name, blanks are fine, the last word counts") {
  FeatureGates gates;
  CHECK(
      gates.set(" CompactHashCheck = true ,,PriorityRequest=T,CompactHashCheck=false").has_value());
  CHECK_FALSE(gates.enabled(Feature::compact_hash_check));
  CHECK(gates.enabled(Feature::priority_request));
}

TEST_CASE("all of a stage means all that are not named") {
  FeatureGates gates;
  CHECK(gates.set("PriorityRequest=false,AllAlpha=true,AllBeta=false,FastLeaseKeepAlive=true")
            .has_value());
  CHECK(gates.enabled(Feature::initial_corrupt_check));
  CHECK_FALSE(gates.enabled(Feature::priority_request));
  CHECK_FALSE(gates.enabled(Feature::txn_mode_write_with_shared_buffer));
  CHECK(gates.enabled(Feature::fast_lease_keep_alive));
}

TEST_CASE("a bad list changes nothing") {
  FeatureGates gates;
  CHECK(gates.set("PriorityRequest=true,Nope=true").error().message ==
        "unrecognized feature gate: Nope");
  CHECK_FALSE(gates.enabled(Feature::priority_request));
  CHECK(gates.set("PriorityRequest").error().message == "missing bool value for PriorityRequest");
  CHECK(
      gates.set("PriorityRequest=x").error().message ==
      "invalid value of PriorityRequest=x, err: strconv.ParseBool: parsing \"x\": invalid syntax");
}
