#include <optional>

#include "ctl/client/error_text.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/kv_requests.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Get final : public Command {
 public:
  Get()
      : Command{{.use = "get [options] <key> [range_end]",
                 .summary = "Show a key, or many",
                 .description = "Gets the key, or the keys from <key> up to but not including "
                                "[range_end]: each key on a line, then\nits value. A key that "
                                "does not exist prints nothing.",
                 .examples =
                     "  quoratectl get foo\n"
                     "  quoratectl get --prefix app/          # all keys below app/\n"
                     "  quoratectl get a m                    # a <= key < m\n"
                     "  quoratectl get foo --rev=17           # as it was at revision 17\n"
                     "  quoratectl get foo --print-value-only # the value and nothing else\n"
                     "  quoratectl get '' --prefix --keys-only --limit=10",
                 .group = Group::key_value}} {
    get_.declare(flags());
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto request = get_.request(args);
    if (!request) return request.error();
    const auto client = context.connect();
    if (!client) return client.error();
    const auto response = get_.stream ? stream(**client, *request, context.deadline())
                                      : (*client)->call<pb::RangeResponse>(
                                            "/etcdserverpb.KV/Range", *request, context.deadline());
    if (!response) return Failure{kExitError, error_text(response.error())};
    Printer& printer = context.printer();
    if (get_.count_only && printer.format() != OutputFormat::fields) {
      return bad_args("--count-only is only for `--write-out=fields`");
    }
    if (get_.print_value_only) {
      if (printer.format() != OutputFormat::simple) {
        return bad_args("print-value-only is only for `--write-out=simple`");
      }
      printer.show_values_only();
    }
    return printer.get(*response);
  }

 private:
  static Result<pb::RangeResponse> stream(Client& client, const pb::RangeRequest& request,
                                          Deadline deadline);

  GetFlags get_;
};

// The parts of a streamed answer, put together: keys and values in order, the rest in the last one.
Result<pb::RangeResponse> Get::stream(Client& client, const pb::RangeRequest& request,
                                      Deadline deadline) {
  pb::RangeResponse whole;
  std::optional<Error> bad_part;
  std::optional<grpc::Finished> finished;
  grpc::Call call = client.channel().start(
      "/etcdserverpb.KV/RangeStream", client.options(deadline),
      {.headers = nullptr,
       .message =
           [&](const std::string& bytes) {
             const auto part = grpc::parse_message<pb::RangeStreamResponse>(bytes);
             if (part) {
               whole.MergeFrom(part->range_response());
             } else {
               bad_part = part.error();
             }
           },
       .finished = [&](grpc::Finished f) { finished = std::move(f); }});
  grpc::send(call, request);
  call.end_sending();
  client.loop().run_until([&] { return finished || bad_part; });
  if (bad_part) return *bad_part;
  if (!finished->is_ok()) return finished->status;
  return whole;
}

}  // namespace

std::unique_ptr<Command> make_get() {
  return std::make_unique<Get>();
}

}  // namespace quorate::ctl
