// What the load generator can do. Each adds subcommands with options of their own; the one that
// was asked for becomes the job.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace quorate::bench {

struct Run {
  std::string endpoint = "127.0.0.1:2379";
  std::function<void()> job;
};

void add_fill(CLI::App& app, Run& run);    // fill, range, count
void add_puts(CLI::App& app, Run& run);    // put, lag
void add_watch(CLI::App& app, Run& run);   // watch, idle
void add_leases(CLI::App& app, Run& run);  // expire, keep-alive
void add_auth(CLI::App& app, Run& run);    // auth-on, login
void add_reads(CLI::App& app, Run& run);   // pages, stream

}  // namespace quorate::bench
