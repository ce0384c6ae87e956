# Everything runs in .venv, which is made when requirements.lock or pyproject.toml has changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
PACKAGES := agent collectors datumline rules server
CHECKED := $(PACKAGES) $(patsubst %/,%,$(wildcard tests/ bench/ tools/))
WORKERS ?= 2
PYTEST ?=
BENCH ?=
HOURS ?= 1
ONLY ?=

.PHONY: help setup lock docs messages wheel check test demo assess corpus soak bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: .venv/ready ## the environment, and the real peers of some tests where they can be had

.venv/ready: requirements.lock package-lock.json pyproject.toml tools/set-up.sh tools/vendor.py
	@bash tools/set-up.sh
	@touch $@

lock: .venv/ready ## requirements.lock anew from pyproject.toml
	@bash tools/lock.sh

docs: .venv/ready ## the generated parts of docs/ anew from the code
	@$(PY) -m tools.docs

messages: .venv/ready ## the strings of the server for translators, and each language brought up to date with them
	@DJANGO_SETTINGS_MODULE=tests.server_settings $(PY) -m tools.messages

wheel: .venv/ready ## dist/: the wheel, and the locks by which agent and server are installed
	@rm -rf build dist
	@mkdir dist
	@$(PY) -c "from setuptools import build_meta; build_meta.build_wheel('dist')" > dist/log.txt 2>&1 || { cat dist/log.txt; exit 1; }
	@rm -rf build dist/log.txt
	@cp requirements-agent.lock requirements-server.lock dist/
	@ls dist

check: .venv/ready ## format, style, types (Linux and Windows), import contracts, migrations
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary $(CHECKED)
	@.venv/bin/mypy --no-error-summary --platform win32 --cache-dir .mypy_cache/win32 $(PACKAGES)
	@.venv/bin/lint-imports --no-logo > .venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }
	@DJANGO_SETTINGS_MODULE=tests.server_settings $(PY) -m server makemigrations --check --dry-run > /dev/null

test: check ## make check and every test; PYTEST="-k ups" runs some
	@$(PY) -m pytest -q -n $(WORKERS) $(PYTEST)

demo: .venv/ready ## server, agent, a simulated site and this machine; says where to look and how to sign in
	@$(PY) -m tests.demo

assess: .venv/ready ## the simulated site without a server: its checklist and report
	@$(PY) -m tests.demo.assessment

corpus: .venv/ready ## facts right, wrong, missing and invented over the recorded devices, by folder
	@$(PY) -m tests.corpus

.venv/soak: .venv/ready requirements-soak.lock
	@bash tools/set-up.sh soak
	@touch $@

soak: .venv/soak ## fuzz targets, properties and faults with new seeds for hours (HOURS=8); the result goes to docs/soak
	@$(PY) -m tests.soak $(HOURS) $(ONLY)

.venv/bench: .venv/ready requirements-bench.lock
	@bash tools/set-up.sh bench
	@touch $@

bench: .venv/bench ## what things cost, beside peers measured in the same run; BENCH="rules ssh" runs some
	@$(PY) -m bench $(BENCH)

clean: ## all that was made, the environment included
	@rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
