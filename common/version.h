// What this program calls itself.
#pragma once

#include <string_view>

namespace quorate {

// The etcd whose interfaces are completely served: what clients and members ask for to learn which
// calls they may make.
inline constexpr std::string_view kApiVersion = "3.5.30";
// Members older than this cannot take part.
inline constexpr std::string_view kMinClusterVersion = "3.0.0";

// Where etcd names the Go it was made with, and its commit.
inline constexpr std::string_view kGoVersion = "none (C++20)";
inline constexpr std::string_view kGitSha = "none";
#if defined(__aarch64__)
inline constexpr std::string_view kPlatform = "linux/arm64";
#else
inline constexpr std::string_view kPlatform = "linux/amd64";
#endif

// Our own, "0.1.0", independent of the above.
[[nodiscard]] std::string_view project_version();

}  // namespace quorate
