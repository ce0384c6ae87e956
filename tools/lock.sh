#!/usr/bin/env bash
# Writes requirements.lock and its parts: every version with hashes, for every platform, and not one address.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@" pyproject.toml
}

compile --extra agent --extra server --extra scale --extra fast --extra dev --output-file requirements.lock
# What an agent or a server is installed by: parts of the whole, in its versions.
compile --extra agent --extra fast --constraint requirements.lock --output-file requirements-agent.lock
compile --extra server --extra scale --constraint requirements.lock --output-file requirements-server.lock
# The peers of the benchmarks, which nothing else needs; what both name has one version.
compile --extra agent --extra fast --extra bench --constraint requirements.lock --output-file requirements-bench.lock
# What `make soak` installs beside.
compile --extra fuzz --constraint requirements.lock --output-file requirements-soak.lock
