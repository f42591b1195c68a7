#include "server/config/help.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "common/version.h"
#include "server/config/feature_gates.h"
#include "server/config/flag_set.h"

namespace quorate::config {
namespace {

struct Heading {
  Group group;
  std::string_view text;
};

constexpr std::array<Heading, 11> kHeadings{{
    {Group::member, "Member"},
    {Group::cluster, "Cluster"},
    {Group::discovery, "Discovery"},
    {Group::limits, "Limits for clients"},
    {Group::storage, "Storage and history"},
    {Group::security, "Security"},
    {Group::auth, "Users"},
    {Group::monitoring, "Interfaces and monitoring"},
    {Group::logging, "Logging"},
    {Group::tracing, "Tracing"},
    {Group::unsafe, "Unsafe: these can lose data"},
}};

constexpr std::string_view kExamples = R"(
Examples:
  One member on this machine, data in ./default.etcd:
    quorate

  A member that other machines can use:
    quorate --name n1 --data-dir /var/lib/quorate \
      --listen-client-urls http://10.0.0.1:2379 --advertise-client-urls http://10.0.0.1:2379

  The first of three members; the others differ in name and addresses:
    quorate --name n1 --listen-peer-urls http://10.0.0.1:2380 \
      --initial-advertise-peer-urls http://10.0.0.1:2380 \
      --initial-cluster n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380,n3=http://10.0.0.3:2380

  The same by environment:
    ETCD_NAME=n1 ETCD_LISTEN_PEER_URLS=http://10.0.0.1:2380 .. quorate
)";

// Text in lines of at most 96 columns, indented.
std::string wrapped(std::string_view text) {
  constexpr std::size_t kColumns = 96;
  std::string out;
  std::string line = "   ";
  while (!text.empty()) {
    const auto space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (line.size() + 1 + word.size() > kColumns) {
      out += line + '\n';
      line = "   ";
    }
    line.append(" ").append(word);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out + line + '\n';
}

std::string group_text(const FlagSet& flags, const Heading& heading) {
  std::string out = fmt::format("\n{}:\n", heading.text);
  for (const Flag& flag : flags.table()) {
    if (flag.group != heading.group || flag.help.empty()) continue;
    fmt::format_to(std::back_inserter(out), "  --{} '{}'\n{}", flag.name, text_of(flag.target),
                   wrapped(flag.help));
  }
  return out;
}

std::string feature_text() {
  std::string out = "\nFeatures for --feature-gates:\n";
  for (const FeatureInfo& info : all_features()) {
    fmt::format_to(std::back_inserter(out), "  {}=true|false ({} - default={})\n", info.name,
                   stage_name(info.stage), info.stage == Stage::beta);
  }
  return out + "  AllAlpha, AllBeta: all of that kind that are not named\n";
}

// Only named: who needs them knows them.
std::string old_text(const FlagSet& flags) {
  std::string names;
  for (const auto& [name, flag] : flags.names()) {
    if (flag->group == Group::old || name == flag->old_name) names += "--" + name + ' ';
  }
  names.pop_back();
  return "\nTaken from old command lines, under another name now or without effect:\n" +
         wrapped(names);
}

}  // namespace

std::string usage_text() {
  return "Usage:\n"
         "\n"
         "  quorate [flags]          start the server\n"
         "  quorate --config-file F  start it with the settings in F alone (YAML or JSON; "
         "durations\n"
         "                           there are numbers of nanoseconds)\n"
         "  quorate --version        print the version\n"
         "  quorate -h | --help      print all flags\n"
         "\n"
         "Every flag can also be given as an environment variable: --data-dir as ETCD_DATA_DIR.\n";
}

ConfigError help_answer(const FlagSet& flags) {
  ConfigError answer{kExitAnswered, "help was asked for"};
  answer.err = usage_text();
  for (const Heading& heading : kHeadings) answer.out += group_text(flags, heading);
  answer.out += feature_text() + old_text(flags);
  answer.out += kExamples;
  return answer;
}

ConfigError version_answer() {
  ConfigError answer{kExitAnswered, "the version was asked for"};
  answer.out = fmt::format(
      "etcd Version: {}\nGit SHA: {}\nGo Version: {}\nGo OS/Arch: {}\nQuorate Version: {}\n",
      kApiVersion, kGitSha, kGoVersion, kPlatform, project_version());
  return answer;
}

}  // namespace quorate::config
