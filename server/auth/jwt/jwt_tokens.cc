#include "server/auth/jwt/jwt_tokens.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "server/auth/errors.h"
#include "server/auth/jwt/base64url.h"

namespace quorate::auth {
namespace {

using Json = nlohmann::json;

// The last revision that a JSON number holds exactly.
constexpr double kRevisionMax = 9007199254740992.0;

// Discarded unless it is an object.
Json parse_object(std::string_view base64) {
  const auto text = decode_base64url(base64);
  if (!text) return Json::value_t::discarded;
  Json object = Json::parse(*text, nullptr, false);
  return object.is_object() ? object : Json(Json::value_t::discarded);
}

// The method must be the server's own: what the token says is never what decides how it is checked.
// Extensions that must be understood (RFC 7515 §4.1.11) are not.
bool is_header_of(std::string_view method, const Json& header) {
  if (header.is_discarded() || header.contains("crit")) return false;
  const auto alg = header.find("alg");
  return alg != header.end() && alg->is_string() && alg->get_ref<const std::string&>() == method;
}

// `missing` if there is no such claim; nothing if it is no number.
std::optional<double> time_claim(const Json& claims, const char* name, double missing) {
  const auto found = claims.find(name);
  if (found == claims.end()) return missing;
  if (!found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::optional<Identity> identity_in(const Json& claims) {
  const auto username = claims.find("username");
  const auto revision = claims.find("revision");
  if (username == claims.end() || !username->is_string()) return std::nullopt;
  if (revision == claims.end() || !revision->is_number()) return std::nullopt;
  const auto number = revision->get<double>();
  if (number < 0 || number > kRevisionMax) return std::nullopt;
  return Identity{username->get<std::string>(), AuthRevision{static_cast<std::uint64_t>(number)}};
}

double seconds(Clock::Wall time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

Result<std::string> JwtTokens::assign(const TokenRequest& request) {
  home_.check();
  if (!key_.can_sign()) return verify_only();
  const auto expires =
      std::chrono::floor<std::chrono::seconds>((clock_.wall() + ttl_).time_since_epoch());
  const Json header{{"alg", key_.method().name}, {"typ", "JWT"}};
  const Json claims{{"exp", expires.count()},
                    {"revision", request.revision.value()},
                    {"username", request.username}};
  const auto encoded = [](const Json& json) {
    return encode_base64url(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  };
  std::string token = encoded(header) + '.' + encoded(claims);
  const auto signature = key_.sign(token);
  if (!signature) return Error{Code::internal, "auth: signing a token failed"};
  token += '.';
  token += encode_base64url(*signature);
  return token;
}

std::optional<Identity> JwtTokens::check(std::string_view token, AuthRevision) {
  home_.check();
  if (token.size() > kTokenBytesMax) return std::nullopt;
  const double now = seconds(clock_.wall());
  const auto is_valid = [&](const Claims& c) { return c.not_before <= now && now < c.expires; };
  if (const Claims* known = verified_.use(token)) {
    if (is_valid(*known)) return known->identity;
    verified_.erase(token);
    return std::nullopt;
  }
  const auto claims = verify(token);
  if (!claims || !is_valid(*claims)) return std::nullopt;
  if (verified_.size() >= kVerifiedMax) verified_.drop_oldest();
  verified_.put(std::string{token}, *claims);
  return claims->identity;
}

std::optional<JwtTokens::Claims> JwtTokens::verify(std::string_view token) const {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == last) return std::nullopt;  // no dot, or one
  const std::string_view header = token.substr(0, first);
  const std::string_view payload = token.substr(first + 1, last - first - 1);
  if (payload.find('.') != std::string_view::npos) return std::nullopt;
  if (!is_header_of(key_.method().name, parse_object(header))) return std::nullopt;
  const auto signature = decode_base64url(token.substr(last + 1));
  if (!signature || !key_.verify(token.substr(0, last), *signature)) return std::nullopt;

  const Json claims = parse_object(payload);
  if (claims.is_discarded()) return std::nullopt;
  const auto identity = identity_in(claims);
  constexpr double kForever = std::numeric_limits<double>::infinity();
  const auto not_before = time_claim(claims, "nbf", -kForever);
  const auto expires = time_claim(claims, "exp", kForever);  // others' tokens may last
  if (!identity || !not_before || !expires) return std::nullopt;
  return Claims{*identity, *not_before, *expires};
}

}  // namespace quorate::auth
