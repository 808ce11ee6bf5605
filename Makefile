# Photopeak's commands. `make` lists them.
# `make demo` and `make test` install what they need besides Rust (scripts/setup).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
# rustup's folder, for shells that were opened before rustup was installed.
export PATH := $(PATH):$(HOME)/.cargo/bin

CARGO ?= cargo
VENV := .venv
PYTHON := $(CURDIR)/$(VENV)/bin/python
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where `make demo` writes.
OUT ?= demo
# Documentation whose commands are run (`make examples`).
SHOWN := README.md $(wildcard docs/*.md)
# Seconds that `make fuzz` runs.
TIME ?= 300

##@ The two commands

.PHONY: demo
demo: ## See the Higgs: real ATLAS events from ROOT file to plot
	@scripts/setup rust compiler
	$(CARGO) build --release --locked --package photopeak-cli
	"$(TARGET)/release/photopeak" analyse hzz --data testdata/atlas-13tev-4lep -o "$(OUT)"
	@printf '\nOpen %s/mass_four_lep.png (or .svg): the peaks are the Z at 91 GeV and the Higgs boson at 125 GeV.\n' "$(OUT)"
	@printf 'The selection is catalog/analyses/atlas-2020/hzz.toml; how it differs from the published one: docs/hzz.md.\n'

# The tests come last: a reader of the log finds their result at its end.
.PHONY: test
test: check docs venv ## Format, lints, docs, documented examples, all tests (against uproot, awkward, hist too)
	$(CARGO) build --workspace --bins --tests --locked
	scripts/examples "$(TARGET)/debug/photopeak" $(SHOWN)
	PHOTOPEAK_PYTHON="$(PYTHON)" PHOTOPEAK_REQUIRE_PEERS=1 $(CARGO) test --workspace --locked --no-fail-fast

##@ Checks

.PHONY: check
check: ## Format and lints
	@scripts/setup rust compiler lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

.PHONY: docs
docs: ## The API documentation, in target/doc
	@scripts/setup rust compiler
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items --locked

.PHONY: examples
examples: ## Run the commands in the documentation (UPDATE=--update writes what they print)
	$(CARGO) build --workspace --bins --tests --locked
	scripts/examples $(UPDATE) "$(TARGET)/debug/photopeak" $(SHOWN)

.PHONY: manual
manual: ## Write docs/functions.md, processors.md and release-checks.md from their catalogues
	$(CARGO) build --locked --package photopeak-cli
	"$(TARGET)/debug/photopeak" functions --markdown > docs/functions.md
	"$(TARGET)/debug/photopeak" processors --markdown > docs/processors.md
	"$(TARGET)/debug/photopeak" release check --list --markdown > docs/release-checks.md

.PHONY: conformance
conformance: ## Every branch of a corpus of ROOT files against uproot (PHOTOPEAK_ROOT_CORPUS=FOLDER)
	PHOTOPEAK_VERBOSE=1 $(CARGO) test --locked --package photopeak-rootfile --test it corpus -- --nocapture

.PHONY: legend
legend: ## Real germanium waveforms against 228Th, LEGEND's dsp tier and dspeed (LEGEND_TESTDATA=FOLDER)
	PHOTOPEAK_HPGE="$(abspath $(LEGEND_TESTDATA))" $(CARGO) test --locked --package photopeak-cli --test it -- legend real_records --nocapture

.PHONY: fuzz
fuzz: ## Fuzz the ROOT reader (TIME=seconds)
	@command -v cargo-fuzz >/dev/null || $(CARGO) install cargo-fuzz --locked
	$(MAKE) -C fuzz rootfile TIME=$(TIME)

.PHONY: deny
deny: ## Licences, bans and sources of all dependencies
	@command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked
	$(CARGO) deny check licenses bans sources

##@ Measurements

.PHONY: bench
bench: ## Benchmarks of histogram filling and of expressions
	$(CARGO) bench --workspace --locked --bench '*'

.PHONY: bench-root
bench-root: ## Reading ROOT files beside uproot, ROOT and DuckDB (BENCH_ARGS=...)
	@scripts/setup rust compiler python
	python3 bench/root/run.py $(BENCH_ARGS)

.PHONY: bench-adl
bench-adl: ## The ADL queries beside RDataFrame, uproot, coffea, DuckDB and Polars (BENCH_ARGS=...)
	@scripts/setup rust compiler python
	python3 bench/adl/run.py $(BENCH_ARGS)

.PHONY: bench-analyses
bench-analyses: ## What analyses in one pass and systematic variations cost (BENCH_ARGS=...)
	@scripts/setup rust compiler python
	python3 bench/analyses/run.py $(BENCH_ARGS)

.PHONY: bench-release
bench-release: ## Building a simulated Majorana release, and ROOT files beside RDataFrame and uproot (BENCH_ARGS=...)
	@scripts/setup rust compiler python
	python3 bench/release/run.py $(BENCH_ARGS)

.PHONY: bench-storage
bench-storage: ## Ways to store waveforms, in size and speed (PHOTOPEAK_HPGE=FOLDER for LEGEND's test data)
	@scripts/setup rust compiler python
	@scripts/venv bench-data/venv-storage bench/storage/requirements.txt
	bench-data/venv-storage/bin/python bench/storage/run.py $(BENCH_ARGS)

.PHONY: bench-pulse
bench-pulse: ## A chain over waveforms beside dspeed and a copy of their bytes (BENCH_ARGS=...)
	@scripts/setup rust compiler python
	python3 bench/pulse/run.py $(BENCH_ARGS)

##@ Housekeeping

.PHONY: setup
setup: ## Install what is missing: a C compiler, Python, the lints
	@scripts/setup rust compiler lints python

.PHONY: venv
venv: ## The Python environment of the tests against peers
	@scripts/setup python
	@scripts/venv $(VENV) tests/requirements.txt

.PHONY: images
images: ## Draw the pictures of the documentation anew
	$(CARGO) build --release --locked --package photopeak-cli
	scripts/images "$(TARGET)/release/photopeak"

.PHONY: clean
clean: ## Remove what was built, the Python environment too
	$(CARGO) clean
	rm -rf $(VENV) "$(OUT)"

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "%s%s\n", (n++ ? "\n" : ""), substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
