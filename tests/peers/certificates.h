// Certificates for tests, made anew each time.
#pragma once

#include <filesystem>
#include <string>

namespace quorate::test {

// Files in PEM: a certificate and its key.
struct CertificateFiles {
  std::filesystem::path cert;
  std::filesystem::path key;
};

// An authority that signs certificates valid for 127.0.0.1, ::1, localhost and a name.
class Authority {
 public:
  // Files go into `dir`, which must exist.
  explicit Authority(std::filesystem::path dir, std::string name = "ca");

  [[nodiscard]] const std::filesystem::path& cert() const { return files_.cert; }
  // `common_name` is also the file's name and one of the DNS names.
  [[nodiscard]] CertificateFiles issue(const std::string& common_name) const;
  // A list, in PEM, that says that this certificate counts no more.
  [[nodiscard]] std::filesystem::path revoke(const CertificateFiles& files) const;

 private:
  std::filesystem::path dir_;
  CertificateFiles files_;
};

}  // namespace quorate::test
