// A move-only function object that is called at most once per life in most places: the answer to a
// request, a posted batch. Unlike std::function it takes closures that own things, and small ones
// (up to 32 bytes) cost no allocation.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "common/ensure.h"

namespace quorate {

template <class Signature>
class Callback;

template <class R, class... Args>
class Callback<R(Args...)> {
 public:
  Callback() = default;
  Callback(std::nullptr_t) {}

  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, Callback> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      Callback(F&& f) {  // NOLINT(google-explicit-constructor): a lambda is a callback
    using Fn = std::decay_t<F>;
    if constexpr (fits<Fn>) {
      ::new (static_cast<void*>(&buffer_)) Fn(std::forward<F>(f));
      ops_ = &kInline<Fn>;
    } else {
      ::new (static_cast<void*>(&buffer_)) Fn*(new Fn(std::forward<F>(f)));
      ops_ = &kHeap<Fn>;
    }
  }

  Callback(Callback&& other) noexcept { take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~Callback() { reset(); }

  explicit operator bool() const { return ops_ != nullptr; }

  R operator()(Args... args) {
    ENSURE(ops_ != nullptr);
    return ops_->call(&buffer_, std::forward<Args>(args)...);
  }

 private:
  static constexpr std::size_t kInlineBytes = 32;
  struct Ops {
    R (*call)(void*, Args&&...);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void*) noexcept;
  };

  template <class Fn>
  static constexpr bool fits =
      sizeof(Fn) <= kInlineBytes &&
      alignof(Fn) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<Fn>;

  template <class Fn>
  static constexpr Ops kInline{[](void* at, Args&&... args) -> R {
                                 return (*static_cast<Fn*>(at))(std::forward<Args>(args)...);
                               },
                               [](void* from, void* to) noexcept {
                                 ::new (to) Fn(std::move(*static_cast<Fn*>(from)));
                                 static_cast<Fn*>(from)->~Fn();
                               },
                               [](void* at) noexcept { static_cast<Fn*>(at)->~Fn(); }};

  template <class Fn>
  static constexpr Ops kHeap{
      [](void* at, Args&&... args) -> R {
        return (**static_cast<Fn**>(at))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept { ::new (to) Fn*(*static_cast<Fn**>(from)); },
      [](void* at) noexcept { delete *static_cast<Fn**>(at); }};

  void take(Callback& other) noexcept {
    if (other.ops_ == nullptr) return;
    other.ops_->move(&other.buffer_, &buffer_);
    ops_ = std::exchange(other.ops_, nullptr);
  }
  void reset() noexcept {
    if (ops_ != nullptr) std::exchange(ops_, nullptr)->destroy(&buffer_);
  }

  alignas(std::max_align_t) std::byte buffer_[kInlineBytes];
  const Ops* ops_ = nullptr;
};

}  // namespace quorate
