#!/usr/bin/env bash
# Writes requirements.lock: every version with hashes, for every platform, and not one address.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --upgrade \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    --extra agent --extra server --extra fast --extra dev \
    --output-file requirements.lock pyproject.toml
