#include "ctl/output/rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/output/text.h"

namespace quorate::ctl {
namespace {

std::string truth(bool value) {
  return value ? "true" : "false";
}

std::uint64_t size_of(std::int64_t bytes) {
  return bytes < 0 ? 0 : static_cast<std::uint64_t>(bytes);
}

// The share of the file that holds nothing, in whole percent.
std::string unused_percentage(const pb::StatusResponse& status) {
  if (status.dbsize() <= 0) return "0%";
  return fmt::format("{}%", 100 - size_of(status.dbsizeinuse()) * 100 / size_of(status.dbsize()));
}

std::vector<std::string> status_row(const EndpointStatus& entry) {
  const pb::StatusResponse& status = entry.status;
  return {entry.endpoint,
          fmt::format("{:x}", status.header().member_id()),
          status.version(),
          status.storageversion(),
          size_text(size_of(status.dbsize())),
          size_text(size_of(status.dbsizeinuse())),
          unused_percentage(status),
          size_text(size_of(status.dbsizequota())),
          truth(status.leader() == status.header().member_id()),
          truth(status.islearner()),
          std::to_string(status.raftterm()),
          std::to_string(status.raftindex()),
          std::to_string(status.raftappliedindex()),
          fmt::format("{}", fmt::join(status.errors(), ", ")),
          status.downgradeinfo().targetversion(),
          truth(status.downgradeinfo().enabled())};
}

}  // namespace

Table member_table(const pb::MemberListResponse& response) {
  Table table{{"ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"}, {}};
  for (const pb::Member& member : response.members()) {
    table.rows.push_back(
        {fmt::format("{:x}", member.id()), member.name().empty() ? "unstarted" : "started",
         member.name(), fmt::format("{}", fmt::join(member.peerurls(), ",")),
         fmt::format("{}", fmt::join(member.clienturls(), ",")), truth(member.islearner())});
  }
  return table;
}

Table health_table(const std::vector<EndpointHealth>& list) {
  Table table{{"endpoint", "health", "took", "error"}, {}};
  for (const EndpointHealth& entry : list) {
    table.rows.push_back({entry.endpoint, truth(entry.is_healthy), entry.took, entry.error});
  }
  return table;
}

Table status_table(const std::vector<EndpointStatus>& list) {
  Table table{
      {"endpoint", "ID", "version", "storage version", "db size", "in use", "percentage not in use",
       "quota", "is leader", "is learner", "raft term", "raft index", "raft applied index",
       "errors", "downgrade target version", "downgrade enabled"},
      {}};
  for (const EndpointStatus& entry : list) table.rows.push_back(status_row(entry));
  return table;
}

Table hash_table(const std::vector<EndpointHash>& list) {
  Table table{{"endpoint", "hash", "hash_revision"}, {}};
  for (const EndpointHash& entry : list) {
    table.rows.push_back({entry.endpoint, std::to_string(entry.hash.hash()),
                          std::to_string(entry.hash.hash_revision())});
  }
  return table;
}

Table snapshot_table(const SnapshotStatus& status) {
  return {{"hash", "revision", "total keys", "total size"},
          {{fmt::format("{:x}", status.hash), std::to_string(status.revision),
            std::to_string(status.pairs), size_text(status.bytes)}}};
}

}  // namespace quorate::ctl
