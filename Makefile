# Two commands on a fresh machine: `make run` (the main job) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCAN := demo/scan.h5
VOLUME := demo/volume.h5

.PHONY: run test check bench clean

run: $(VENV)/.installed
	@mkdir -p demo
	@test -f $(SCAN) || $(BIN)/daisy demo --rows 128 --columns 512 $(SCAN)
	$(BIN)/daisy run ct input=$(SCAN) output=$(VOLUME) zingers=5000 --overwrite

test: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench: $(VENV)/.benched
	for name in reconstruction stripes center pipeline memory overhead startup gpu; do \
	    $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf $(VENV) demo build dist *.egg-info

$(VENV)/.installed: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or newer) is not installed" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

$(VENV)/.benched: $(VENV)/.tested
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@
