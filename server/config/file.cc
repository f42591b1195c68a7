#include "server/config/file.h"

#include <cerrno>
#include <fstream>
#include <optional>
#include <sys/stat.h>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "common/comma_list.h"
#include "common/go_text.h"
#include "server/config/config_error.h"

namespace quorate::config {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string& reason) {
  throw ConfigError{kExitRefused, reason};
}

std::string read(const std::string& path) {
  struct stat info {};
  std::ifstream in{path, std::ios::binary};
  if (!in || ::stat(path.c_str(), &info) != 0) {
    refuse(fmt::format("open {}: {}", path, go_errno(errno)));
  }
  if (S_ISDIR(info.st_mode)) refuse(fmt::format("read {}: is a directory", path));
  std::string bytes(kFileBytesMax + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > kFileBytesMax) {
    refuse(fmt::format("{} is larger than a configuration file may be, {} bytes", path,
                       kFileBytesMax));
  }
  return bytes;
}

YAML::Node parse(const std::string& bytes) {
  try {
    return YAML::Load(bytes);
  } catch (const YAML::Exception& failure) {
    refuse(fmt::format("error converting YAML to JSON: yaml: line {}: {}", failure.mark.line + 1,
                       failure.msg));
  }
}

// The node at "map/key"; nothing if it or a map on the way is missing or null.
std::optional<YAML::Node> find(YAML::Node node, std::string_view path) {
  while (true) {
    if (!node.IsMap()) return std::nullopt;
    const auto slash = path.find('/');
    const YAML::Node& map = node;  // a const map does not grow the key that is asked for
    const YAML::Node child = map[std::string{path.substr(0, slash)}];
    if (!child.IsDefined() || child.IsNull()) return std::nullopt;
    if (slash == std::string_view::npos) return child;
    node.reset(child);
    path.remove_prefix(slash + 1);
  }
}

// What JSON would call a node.
std::string kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "object";
  if (node.IsSequence()) return "array";
  const bool is_quoted = node.Tag() == "!";
  bool truth = false;
  double number = 0;
  if (!is_quoted && YAML::convert<bool>::decode(node, truth)) return "bool";
  if (!is_quoted && YAML::convert<double>::decode(node, number)) return "number " + node.Scalar();
  return "string";
}

// The name Go has for a target's type, with what a file should say.
struct Wanted {
  std::string_view go_type;
  std::string_view hint;
};

struct TypeOf {
  Wanted operator()(bool*) const { return {"bool", "true or false"}; }
  Wanted operator()(std::int64_t*) const { return {"int64", "a whole number"}; }
  Wanted operator()(std::uint64_t*) const { return {"uint64", "a whole number"}; }
  Wanted operator()(std::uint32_t*) const { return {"uint32", "a whole number"}; }
  Wanted operator()(std::chrono::nanoseconds*) const {
    return {"time.Duration", "a number of nanoseconds"};
  }
  Wanted operator()(std::chrono::milliseconds*) const {
    return {"uint", "a number of milliseconds"};
  }
  Wanted operator()(const Gate&) const { return {"bool", "true or false"}; }
  template <class Text>
  Wanted operator()(const Text&) const {
    return {"string", "a text"};
  }
};

[[noreturn]] void refuse_kind(const std::string& key, const YAML::Node& node,
                              const Target& target) {
  const Wanted wanted = std::visit(TypeOf{}, target);
  refuse(
      fmt::format("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into "
                  "Go struct field configYAML.Config.{} of type {} (line {}: {} is expected)",
                  kind_of(node), key, wanted.go_type, node.Mark().line + 1, wanted.hint));
}

// A text, or a list of texts joined by commas.
std::optional<std::string> joined_text(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  if (!node.IsSequence()) return std::nullopt;
  std::vector<std::string> items;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) return std::nullopt;
    items.push_back(item.Scalar());
  }
  return join_commas(items);
}

bool is_whole_number(const YAML::Node& node) {
  return node.IsScalar() && node.Tag() != "!" &&
         (parse_go_int(node.Scalar()).has_value() || parse_go_uint(node.Scalar()).has_value());
}

// The node's value in the form the flag takes; nothing if it is of the wrong kind.
struct TextFor {
  const YAML::Node& node;

  std::optional<std::string> operator()(bool*) const { return boolean(); }
  std::optional<std::string> operator()(const Gate&) const { return boolean(); }
  std::optional<std::string> operator()(std::int64_t*) const { return number(); }
  std::optional<std::string> operator()(std::uint64_t*) const { return number(); }
  std::optional<std::string> operator()(std::uint32_t*) const { return number(); }
  std::optional<std::string> operator()(std::chrono::milliseconds*) const { return number(); }
  std::optional<std::string> operator()(std::chrono::nanoseconds*) const {
    if (!is_whole_number(node)) return std::nullopt;
    const auto count = parse_go_int(node.Scalar());
    if (!count) return std::nullopt;
    return go_duration(std::chrono::nanoseconds{*count});
  }
  template <class Text>
  std::optional<std::string> operator()(const Text&) const {
    return joined_text(node);
  }

 private:
  [[nodiscard]] std::optional<std::string> boolean() const {
    bool truth = false;
    if (!node.IsScalar() || node.Tag() == "!" || !YAML::convert<bool>::decode(node, truth)) {
      return std::nullopt;
    }
    return truth ? "true" : "false";
  }
  [[nodiscard]] std::optional<std::string> number() const {
    if (!is_whole_number(node)) return std::nullopt;
    return node.Scalar();
  }
};

bool is_list_of_urls(const Flag& flag) {
  return std::holds_alternative<std::vector<Url>*>(flag.target);
}

void apply_one(FlagSet& flags, const Flag& flag, const std::string& key, const YAML::Node& node) {
  const auto text = std::visit(TextFor{node}, flag.target);
  if (!text) refuse_kind(key, node, flag.target);
  // An empty text is the default, and a word is judged later, by the same check as a flag's.
  if (text->empty() && !std::holds_alternative<std::string*>(flag.target)) return;
  if (const auto* choice = std::get_if<Choice>(&flag.target)) {
    *choice->to = *text;
    return;
  }
  const Status done = flag.name == kOnlyInFile
                          ? assign(flag.target, *text)
                          : flags.set(key == flag.old_name ? key : flag.name, *text);
  if (done) return;
  if (!is_list_of_urls(flag)) {
    refuse(fmt::format("invalid value {} for {}: {}", go_quoted(*text), key, done.error().message));
  }
  ConfigError error{kExitRefused, fmt::format("unexpected error setting up {}: {}", flag.name,
                                              done.error().message)};
  error.err = std::string{error.what()} + "\n";
  throw error;
}

}  // namespace

void apply_file(FlagSet& flags, const std::string& path) {
  const YAML::Node root = parse(read(path));
  if (root.IsNull()) return;
  if (!root.IsMap()) {
    refuse(
        fmt::format("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} "
                    "into Go value of type embed.configYAML",
                    kind_of(root)));
  }
  for (const Flag& flag : flags.table()) {
    if (flag.file_key == kNotInFile) continue;
    const std::string key = flag.file_key.empty() ? flag.name : flag.file_key;
    if (const auto node = find(root, key)) apply_one(flags, flag, key, *node);
    if (flag.old_name.empty()) continue;
    if (const auto node = find(root, flag.old_name)) apply_one(flags, flag, flag.old_name, *node);
  }
}

}  // namespace quorate::config
