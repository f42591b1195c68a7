#include "server/auth/password/bcrypt.h"

#include <algorithm>
#include <crypt.h>
#include <memory>
#include <optional>

#include <openssl/crypto.h>

#include "common/ensure.h"
#include "server/auth/errors.h"

namespace quorate::auth {
namespace {

constexpr std::string_view kGoPrefix = "$2a$";
// The library's "$2a$" differs from everybody else's for some passwords beyond ASCII; its "$2b$"
// is what Go calls "$2a$".
constexpr const char* kLibraryPrefix = "$2b$";
constexpr std::size_t kPrefixBytes = 4;
constexpr std::size_t kCostBytes = 2;
constexpr std::size_t kHashBytes = 60;

struct Erase {
  void operator()(crypt_data* data) const {
    OPENSSL_cleanse(data, sizeof(crypt_data));
    delete data;
  }
};

// "$2a$", "$2b$" or "$2y$", which are one; two digits; '$'; 53 letters.
bool is_bcrypt(std::string_view hash) {
  if (hash.size() != kHashBytes || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') {
    return false;
  }
  if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return false;
  const auto is_letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '/';
  };
  if (!std::all_of(hash.begin() + kPrefixBytes + kCostBytes + 1, hash.end(), is_letter)) {
    return false;
  }
  const std::string_view cost = hash.substr(kPrefixBytes, kCostBytes);
  return cost >= "04" && cost <= "31";
}

// Requires: `setting` begins with kLibraryPrefix. Nothing if the library refuses.
std::optional<std::string> run_library(std::string_view password, const std::string& setting) {
  const std::unique_ptr<crypt_data, Erase> data{new crypt_data{}};
  std::string text{password.substr(0, kPasswordBytesMax)};
  const char* hash = crypt_r(text.c_str(), setting.c_str(), data.get());
  OPENSSL_cleanse(text.data(), text.size());
  if (hash == nullptr || !std::string_view{hash}.starts_with(kLibraryPrefix)) return std::nullopt;
  return hash;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, unsigned cost,
                                  const BcryptSalt& salt) {
  ENSURE(cost >= kBcryptCostMin);
  ENSURE(cost <= kBcryptCostMax);
  if (password.size() > kPasswordBytesMax) return password_too_long();
  if (password.find('\0') != std::string_view::npos) return password_with_zero();
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const char* made = crypt_gensalt_rn(
      kLibraryPrefix, cost, reinterpret_cast<const char*>(salt.data()),
      static_cast<int>(salt.size()), setting.data(), static_cast<int>(setting.size()));
  ENSURE(made != nullptr);
  auto hash = run_library(password, setting.data());
  ENSURE(hash.has_value());
  return std::string{kGoPrefix} + hash->substr(kPrefixBytes);
}

bool fits_hash(std::string_view password, std::string_view hash) {
  if (!is_bcrypt(hash)) return false;
  if (password.substr(0, kPasswordBytesMax).find('\0') != std::string_view::npos) return false;
  const std::string setting = kLibraryPrefix + std::string{hash.substr(kPrefixBytes)};
  const auto made = run_library(password, setting);
  return made && made->size() == setting.size() &&
         CRYPTO_memcmp(made->data(), setting.data(), setting.size()) == 0;
}

}  // namespace quorate::auth
