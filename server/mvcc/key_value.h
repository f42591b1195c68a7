// A row as mvccpb.KeyValue, in protobuf's wire form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/mvcc/row.h"

namespace quorate::mvcc {

enum class Values : std::uint8_t { with, without };

// Of its fields. A deletion shows its key and revision only: all others are zero.
[[nodiscard]] std::size_t key_value_size(const Row& row, Values values);
// As field `number` of another message; `size` is that of its fields. Returns the place behind.
char* put_key_value(std::uint32_t number, const Row& row, Values values, std::size_t size,
                    char* at);
void append_key_value(std::uint32_t number, const Row& row, Values values, std::string& out);

}  // namespace quorate::mvcc
