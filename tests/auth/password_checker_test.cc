#include "server/auth/password/password_checker.h"

#include <deque>
#include <optional>

#include <doctest/doctest.h>

#include "common/json/base64.h"
#include "common/worker_thread.h"
#include "server/auth/errors.h"
#include "server/auth/password/bcrypt.h"
#include "tests/auth/store_world.h"

using namespace quorate;
using namespace quorate::auth;

namespace {

// Runs what was posted when it is told to.
class StepExecutor final : public Executor {
 public:
  void post(Callback<void()> work) override { queue_.push_back(std::move(work)); }
  std::size_t run() {
    const std::size_t count = queue_.size();
    for (std::size_t i = 0; i < count; ++i) {
      Callback<void()> work = std::move(queue_.front());
      queue_.pop_front();
      work();
    }
    return count;
  }

 private:
  std::deque<Callback<void()>> queue_;
};

struct World {
  SeededSecrets secrets{1};
  StepExecutor worker;
  StepExecutor home;
  std::optional<PasswordChecker> checker;
  std::string stored = *hash_password("right", 4, {});
  std::vector<bool> answers;
  std::vector<Error> errors;

  explicit World(std::size_t waiting_max = 10) {
    checker.emplace(PasswordChecker::Options{4, waiting_max}, secrets, worker, home);
  }
  void check(const std::string& user, const std::string& password) {
    checker->check(user, stored, password, [this](Result<bool> fits) {
      if (fits) {
        answers.push_back(*fits);
      } else {
        errors.push_back(fits.error());
      }
    });
  }
};

}  // namespace

TEST_CASE("the first login costs a bcrypt on the worker, the next none") {
  World world;
  world.check("u", "right");
  CHECK(world.answers.empty());
  CHECK(world.worker.run() == 1);
  CHECK(world.answers.empty());
  CHECK(world.home.run() == 1);
  CHECK(world.answers == std::vector<bool>{true});
  world.check("u", "right");
  CHECK(world.answers == std::vector<bool>{true, true});
  CHECK(world.worker.run() == 0);
}

TEST_CASE("a wrong password is never remembered, nor does it make another one forgotten") {
  World world;
  world.check("u", "right");
  world.check("u", "wrong");
  CHECK(world.worker.run() == 2);
  world.home.run();
  CHECK(world.answers == std::vector<bool>{true, false});
  world.check("u", "wrong");
  CHECK(world.worker.run() == 1);
  world.home.run();
  world.check("u", "right");
  CHECK(world.answers == std::vector<bool>{true, false, false, true});
}

TEST_CASE("those who ask the same at once share one bcrypt") {
  World world;
  for (int i = 0; i < 5; ++i) world.check("u", "right");
  CHECK(world.worker.run() == 1);
  world.home.run();
  CHECK(world.answers == std::vector<bool>(5, true));
}

TEST_CASE("a changed hash is checked anew") {
  World world;
  world.check("u", "right");
  world.worker.run();
  world.home.run();
  world.stored = *hash_password("other", 4, {});
  world.check("u", "right");
  CHECK(world.worker.run() == 1);
  world.home.run();
  CHECK(world.answers == std::vector<bool>{true, false});
}

TEST_CASE("beyond the limit: too many requests, until some are answered") {
  World world{2};
  world.check("a", "1");
  world.check("b", "2");
  world.check("c", "3");
  CHECK(world.errors == std::vector<Error>{too_many_requests()});
  std::optional<Result<std::string>> hashed;
  world.checker->hash("p", [&](Result<std::string> hash) { hashed = std::move(hash); });
  CHECK(hashed->error() == too_many_requests());
  world.worker.run();
  world.home.run();
  world.check("c", "3");
  CHECK(world.errors.size() == 1);
}

TEST_CASE("a new password's hash comes as requests carry it") {
  World world{1};
  std::optional<Result<std::string>> hashed;
  const auto take = [&](Result<std::string> hash) { hashed = std::move(hash); };
  world.checker->hash("new", take);
  world.worker.run();
  world.home.run();
  REQUIRE(hashed->has_value());
  std::string hash;
  REQUIRE_FALSE(json::decode_base64(hashed->value(), hash).has_value());
  CHECK(fits_hash("new", hash));
  world.checker->hash(std::string(73, 'x'), take);  // and the place is free again
  world.worker.run();
  world.home.run();
  CHECK(hashed->error() == password_too_long());
}

TEST_CASE("answers that come too late are dropped, and nothing is hashed for them") {
  World world;
  world.checker.emplace(PasswordChecker::Options{kBcryptCostMax, 10}, world.secrets, world.worker,
                        world.home);  // a hash would take a day
  world.check("u", "right");
  world.checker->hash("p", [](Result<std::string>) { FAIL("nobody is there"); });
  world.checker.reset();
  world.worker.run();
  world.home.run();
  CHECK(world.answers.empty());
}

TEST_CASE("it works across real threads") {
  World world;
  WorkerThread thread{"bcrypt"};
  world.checker.emplace(PasswordChecker::Options{4, 10}, world.secrets, thread, world.home);
  for (const char* user : {"a", "b", "c"}) world.check(user, "right");
  thread.stop();
  world.home.run();
  CHECK(world.answers == std::vector<bool>(3, true));
}
