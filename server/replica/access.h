// Who may do what: users and roles as applied entries made them, asked about keys and leases.
#pragma once

#include <concepts>

#include "server/auth/authorizer.h"
#include "server/auth/store.h"
#include "server/auth/token_provider.h"
#include "server/lease/book.h"
#include "server/replica/command.h"

namespace quorate::replica {

// Requests that change users, roles, permissions or whether they are asked for.
template <class Message>
concept ChangesAccess = requires(auth::Store& store, const Message& request) {
  { store.apply(request) } -> std::same_as<Status>;
};

// Home: state thread.
class Access {
 public:
  // `tokens` and `leases` outlive it.
  Access(auth::TokenProvider& tokens, auth::Store::PasswordHash hash_password,
         const lease::Book& leases);

  [[nodiscard]] bool is_on() const { return store_.is_enabled(); }
  [[nodiscard]] auth::Store& store() { return store_; }
  [[nodiscard]] const auth::Store& store() const { return store_; }
  [[nodiscard]] const auth::Authorizer& authorizer() const { return authorizer_; }
  [[nodiscard]] auth::TokenProvider& tokens() const { return tokens_; }

  // Whether a request may be applied in the name of `who`. Every member decides the same, and as
  // etcd does: requests whose entries etcd applies for everybody are checked at the call instead.
  [[nodiscard]] Status permits(const auth::Identity& who, const Request& request) const {
    return is_on() ? check(who, request) : Status{};
  }
  // Whom this member's own requests stand for.
  [[nodiscard]] auth::Identity root() const;

 private:
  // The lease book, as the authorizer asks it.
  class BookKeys final : public auth::LeaseKeys {
   public:
    explicit BookKeys(const lease::Book& book) : book_{book} {}
    void visit_keys(LeaseId lease, FunctionRef<bool(std::string_view)> visit) const override;
    void visit_leases(FunctionRef<bool(LeaseId)> visit) const override;

   private:
    const lease::Book& book_;
  };

  [[nodiscard]] Status check(const auth::Identity& who, const Request& request) const;

  auth::TokenProvider& tokens_;
  auth::Store store_;
  BookKeys lease_keys_;
  auth::Authorizer authorizer_;
};

}  // namespace quorate::replica
