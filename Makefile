# Two commands do it all on a fresh machine with Python 3.11+, make and git: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RELEASE := .venv-release
TESTS ?= tests
OKTASCIM_GROUND_TRUTH ?= ../shared/data
export OKTASCIM_GROUND_TRUTH
unexport PYTHONDONTWRITEBYTECODE  # the tests start many interpreters; each would compile every module again

.PHONY: demo test lint format bench attack docs docs-site man word-weights lock audit sbom clean

demo: $(READY)
	@$(BIN)/oktascim demo

test: lint
	$(BIN)/pytest -n auto --dist worksteal $(TESTS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m benchmarks

attack: $(READY)
	$(BIN)/python -m tests.attack

docs: $(READY)
	$(BIN)/python docs/make_checks.py
	$(BIN)/python docs/make_servers.py
	$(BIN)/python docs/make_verify.py
	$(BIN)/python docs/make_coverage.py
	$(BIN)/python docs/make.py
	$(BIN)/python docs/screens.py

docs-site: $(READY)
	$(BIN)/python docs/make_site.py
	$(BIN)/zensical build --clean --strict

man: $(READY)
	$(BIN)/python docs/make_reference.py build/man

word-weights: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check "scikit-learn>=1.7"
	$(BIN)/python training/word_weights.py

audit: $(RELEASE)/.ready
	$(RELEASE)/bin/python -m release.audit

sbom: $(RELEASE)/.ready
	@mkdir -p build
	$(RELEASE)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
		--output-file build/oktascim.cdx.json

lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --all-extras \
		--group dev --group docs --python-version 3.11 pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--group release --python-version 3.11 --output-file release/requirements.lock

$(RELEASE)/.ready: release/requirements.lock
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $<
	@touch $@

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) $(RELEASE) dist build .pytest_cache .mypy_cache .ruff_cache
