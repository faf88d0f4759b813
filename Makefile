# Two commands on a fresh machine: `make demo` and `make test`. Python 3.10, 3.11 or 3.12 and make are enough.

PYTHON ?= python3
# One more than the cores of a small machine: tests with a browser wait a third of their time.
TEST_PROCESSES ?= 3
VENV := .venv
RUN := $(VENV)/bin/python
# npm of the Node.js that requirements-dev.txt installs.
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm

.PHONY: demo mcp ray test-ray test check check-web setup setup-dev bench bench-peers requirements help

help:
	@echo "make demo          set everything up, then open the app at http://127.0.0.1:7860"
	@echo "make mcp           the same, with the endpoints for programs as MCP tools at /studio/mcp"
	@echo "make ray           add Ray to the environment, for --engine ray on a cluster (docs/cluster.md)"
	@echo "make test-ray      the same, then run the tests of the engines on a Ray cluster of this machine"
	@echo "make test          set everything up, then run the tests and the checks"
	@echo "make check         ruff, mypy, import-linter and the checks of assets/web alone"
	@echo "make check-web     prettier, eslint, tsc and the unit tests of assets/web"
	@echo "make bench         measure speed, memory and errors beside the peers (PARTS=start RUNS=5)"
	@echo "make bench-peers   install the peers that are measured, each in .venv-peers/NAME"
	@echo "make requirements  pin requirements.txt, -mcp.txt, -ray.txt, -sherpa.txt, -storage.txt and -dev.txt anew"

demo: setup
	$(RUN) app.py --wait-for-demo

mcp: setup
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mcp.txt
	$(RUN) app.py --mcp

ray: setup
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-ray.txt

test-ray: setup-dev ray
	$(RUN) -m pytest tests/contracts

# Tests of wall-clock times first, alone; then all others in several processes, a module in one.
test: setup-dev check
	$(RUN) -m pytest -m wall_clock
	$(RUN) -m pytest -m "not wall_clock" --numprocesses $(TEST_PROCESSES) --dist loadfile

check: setup-dev check-web
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

check-web: node_modules/.installed
	$(NPM) run --silent check

# Everything the app needs: packages, and the embedded models fetched and verified.
setup: $(VENV)/.installed
	$(RUN) -m pipeline.models fetch

setup-dev: setup $(VENV)/.installed-dev

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' || \
	  { echo "Speaker Studio needs Python 3.10, 3.11 or 3.12. Name one: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json | $(VENV)/.installed-dev
	$(NPM) ci --silent
	@touch $@

# Figures go to benchmarks/results as they come; `python -m benchmarks.report` puts them in docs/benchmarks.md.
# BENCH_FLAGS: --model-folder paraformer=DIR --model-folder punctuation=DIR --minutes 10, and others.
bench: setup-dev
	$(RUN) -m benchmarks.bench $(if $(PARTS),--parts $(PARTS)) $(if $(RUNS),--runs $(RUNS)) $(BENCH_FLAGS)

bench-peers: setup
	$(RUN) -m benchmarks.peers $(PEERS)

PIN := $(VENV)/bin/uv pip compile --quiet --universal --no-header --generate-hashes --python-version 3.10

requirements: $(VENV)/.installed
	$(RUN) -m pip install --quiet uv
	$(PIN) requirements.in -o requirements.txt
	$(PIN) -c requirements.txt requirements-mcp.in -o requirements-mcp.txt
	$(PIN) -c requirements.txt requirements-sherpa.in -o requirements-sherpa.txt
	$(PIN) -c requirements.txt requirements-ray.in -o requirements-ray.txt
	$(PIN) -c requirements.txt requirements-storage.in -o requirements-storage.txt
	$(PIN) requirements-dev.in -o requirements-dev.txt
