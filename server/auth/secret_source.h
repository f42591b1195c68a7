// Random bytes nobody can guess: tokens and salts are made of them.
#pragma once

#include <span>

namespace quorate::auth {

class SecretSource {
 public:
  virtual ~SecretSource() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;
};

// The machine's. Home: any thread.
class SystemSecrets final : public SecretSource {
 public:
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace quorate::auth
