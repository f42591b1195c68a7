#include "common/version.h"

namespace quorate {

std::string_view project_version() {
  return QUORATE_VERSION;  // from meson.build
}

}  // namespace quorate
