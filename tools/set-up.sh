#!/usr/bin/env bash
# Makes .venv from requirements.lock, and installs the real peers that some tests talk to where that is possible.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*" >&2; }

# Debian packages: as root, or by sudo where it asks no password; never started as services of this machine.
install_debian() (
    command -v apt-get > /dev/null || exit 1
    as_root=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2> /dev/null || exit 1
        as_root=(sudo -n)
    fi
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
        "${as_root[@]}" chmod 755 "$policy"
    fi
    get() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" > /dev/null 2>&1; }
    get install -y --no-install-recommends "$@" || { get update && get install -y --no-install-recommends "$@"; }
)

# A name may be there without a Python behind it (version managers leave such), so each one is asked.
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; }

choose_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
        if usable "$name"; then
            printf '%s\n' "$name"
            return
        elif [ -n "${PYTHON:-}" ]; then
            break
        fi
    done
    say "Datumline needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3"
    return 1
}

can_make_venv() { "$1" -c 'import ensurepip, venv' > /dev/null 2>&1; }

make_venv() {
    local python
    python=$(choose_python)
    if usable .venv/bin/python && .venv/bin/python -m pip --version > /dev/null 2>&1; then
        return
    fi
    can_make_venv "$python" || install_debian python3-venv || true
    if ! can_make_venv "$python"; then
        say "$python cannot make a virtual environment: install the Debian package python3-venv (or its like)."
        return 1
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

install_python_packages() {
    local pip=(.venv/bin/python -m pip --disable-pip-version-check -qq)
    "${pip[@]}" install --require-hashes -r requirements.lock
    "${pip[@]}" install --no-deps --no-build-isolation -e .
}

# The styles, fonts and the one script of the pages: exact versions of package.json, checked by the lock's digests.
install_page_parts() {
    if ! command -v npm > /dev/null; then
        install_debian nodejs npm || true
    fi
    if ! command -v npm > /dev/null; then
        say "The server's pages need npm once, at set-up: install the Debian packages nodejs and npm, then run make setup."
        return 1
    fi
    npm ci --silent --no-progress
    .venv/bin/python -m tools.vendor
}

# Tests against these skip with a reason when they are missing, so set-up goes on without them.
install_peers() {
    local missing=()
    command -v snmpd > /dev/null || missing+=(snmpd)
    command -v upsd > /dev/null || missing+=(nut-server)
    command -v sshd > /dev/null || missing+=(openssh-server)
    command -v chromium > /dev/null || missing+=(chromium)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing+=(postgresql)
    [ "${#missing[@]}" = 0 ] || install_debian "${missing[@]}" ||
        say "Not installed, so the tests against them are skipped: ${missing[*]} (apt-get install ${missing[*]})."
}

# The peers of the benchmarks; those that have no wheel for this machine are told in the table as missing.
install_bench() {
    .venv/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements-bench.lock ||
        say "Not all peers of the benchmarks can be installed here; their rows say so."
}

# Atheris guides the fuzz targets by coverage; where it has no wheel they run under hypothesis, and the result says so.
install_soak() {
    .venv/bin/python -m pip --disable-pip-version-check -qq install --only-binary :all: --require-hashes \
        -r requirements-soak.lock || say "Atheris cannot be installed here: the fuzz targets run under hypothesis."
}

case "${1:-}" in
bench) install_bench && exit ;;
soak) install_soak && exit ;;
esac
make_venv
install_python_packages
install_page_parts
install_peers
