// A value or an Error, for everything a peer, a client or a file can cause.
#pragma once

#include <boost/system/result.hpp>

#include "common/ensure.h"
#include "common/error.h"

namespace quorate {

// Converts from T and from Error. value() and error() require that the result holds one.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

using Status = Result<void>;

// Found by boost::system::result::value() when it holds an error: a programmer's mistake here.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& where) {
  ensure_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

}  // namespace quorate
