# Sourced by the other scripts: installs what they need, once, quietly; picks the linker.
# Nothing here starts a service.
# shellcheck shell=bash disable=SC2034  # the lists of packages are for those who source this

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  g++ meson ninja-build ccache mold pkg-config protobuf-compiler
  libboost1.81-dev libnghttp2-dev libprotobuf-dev libsqlite3-dev libssl-dev libcrypt-dev
  nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libyaml-cpp-dev
  prometheus-cpp-dev libjemalloc-dev doctest-dev
)

# What the tests use besides: clients and tools that nobody here wrote.
test_packages=(
  curl openssl python3 python3-etcd3 python3-etcd3gw python3-hpack python3-protobuf
  python3-websocket sqlite3
)

# need PACKAGE...: installs those that are missing, as root or with sudo.
need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing: ${missing[*]}" >&2
      echo "Run this script as root, or install sudo, or install them yourself." >&2
      return 1
    fi
    sudo=(sudo)
  fi
  echo "installing: ${missing[*]}" >&2
  local log
  log=$(mktemp)
  if ! { "${sudo[@]}" apt-get update -q &&
         "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
           --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "installing packages failed; the output is above" >&2
    return 1
  fi
  rm -f "$log"
}

# configure DIR OPTION...: sets up a build directory unless it is there.
configure() {
  local dir=$1
  shift
  [ -f "$dir/build.ninja" ] && return 0
  local ld=()
  command -v mold >/dev/null && ld=(env CXX_LD=mold)
  echo "preparing $dir; the first build takes some minutes" >&2
  "${ld[@]}" meson setup "$dir" "$root" "$@" >"$root/build/setup.log" 2>&1 || {
    cat "$root/build/setup.log" >&2
    return 1
  }
}

# build DIR TARGET...: builds without a word unless it fails.
build() {
  local dir=$1
  shift
  local log
  log=$(mktemp)
  if ! ninja -C "$dir" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# peers: Debian's etcd and etcdctl, unpacked under build/peers and never installed; sets
# QUORATE_PEERS for tests and measurements that compare with them.
peers() {
  export QUORATE_PEERS=$root/build/peers
  [ -x "$QUORATE_PEERS/usr/bin/etcd" ] && [ -x "$QUORATE_PEERS/usr/bin/etcdctl" ] && return 0
  mkdir -p "$QUORATE_PEERS/packages"
  echo "downloading etcd to compare with" >&2
  (
    cd "$QUORATE_PEERS/packages" || exit 1
    if ! apt-get download -q etcd-server etcd-client >download.log 2>&1; then
      cat download.log >&2
      exit 1
    fi
    for package in ./*.deb; do dpkg -x "$package" "$QUORATE_PEERS"; done
  )
}

mkdir -p "$root/build"
