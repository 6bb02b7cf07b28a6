# Few verbs. Needs Python 3.11 to 3.13 with pip, and make; everything else is put into .tools and .venv.
#   make test PYTHON=python3.13 another Python than the first that is found
#   make run                    the bundled edition, from text to a published warehouse
#   make run SOURCE=path        another file or folder
PYTHON ?= $(shell for p in python3.11 python3 python3.13 python3.12 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && command -v "$$p" && break; done)
SOURCE ?=
READER ?= all
RELEASE ?=
MINUTES ?= 60
UV_VERSION := 0.13.9
UV := .tools/bin/uv
READY := .venv/.ready
SUPERSET := .superset/.ready
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv

.DEFAULT_GOAL := help
.PHONY: help run test test-fast rows lint docs cookbook bench bench-scale faults executors services image audit fuzz clients dev superset superset-test setup clean

help:  ## what can be typed
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

run: $(READY)  ## text to published warehouse (SOURCE=file, folder or symbol; none: the bundled edition)
	.venv/bin/fascicle run $(if $(SOURCE),"$(SOURCE)")

test: $(READY)  ## all tests
	.venv/bin/python -m pytest -n auto

test-fast: $(READY)  ## tests that need no release: models, readers, parsers, checks
	.venv/bin/python -m pytest -n auto tests/model tests/vocabulary tests/symbols tests/read tests/parse tests/mandates tests/assemble

rows: $(READY)  ## hash the rows of every document (BEFORE=file: compare with hashes written earlier)
	.venv/bin/python -m benches.rows write build/rows.txt
	$(if $(BEFORE),.venv/bin/python -m benches.rows compare "$(BEFORE)" build/rows.txt)

lint: $(READY)  ## ruff, mypy --strict on warehouse/ and expectations/, directions of imports; dependencies audited where the database is reached
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	@$(MAKE) --no-print-directory audit >.venv/audit.log 2>&1 && echo "dependencies audited: no known vulnerability" || { \
		! grep -E "^Found [0-9]+ known vulnerabilit|Hash|hash mismatch" -A 40 .venv/audit.log && \
		echo "dependencies not audited, the database of vulnerabilities was not reached: $$(tail -n 2 .venv/audit.log | head -n 1)"; }

docs: $(READY)  ## data dictionary and cookbook, from the declared tables and the questions
	.venv/bin/python -m warehouse.dictionary docs/data-dictionary.md
	.venv/bin/python -m warehouse.cookbook docs/cookbook.md

cookbook: $(READY)  ## the cookbook's questions asked of a release of the whole corpus (../shared)
	FASCICLE_COOKBOOK=whole .venv/bin/python -m pytest -q tests/warehouse/test_cookbook.py

bench: $(READY)  ## times, faults injected, identity; writes docs/performance.md, docs/auditor.md, docs/identity.md
	.venv/bin/python benches/bench.py
	.venv/bin/python -m benches.mutations
	.venv/bin/python -m benches.identity

bench-scale: $(READY)  ## 2,160 documents made from facts, to a release; writes into docs/performance.md (an hour)
	.venv/bin/python -m benches.scale

faults: $(READY)  ## runs killed, disks filled, files damaged: the next run has to come to the same (20 minutes)
	.venv/bin/python -m benches.kills

executors: $(READY)  ## the same documents in one process, several, on Dask and through S3 come to one hash
	.venv/bin/python -m benches.executors $(if $(SOURCE),"$(SOURCE)")

services: $(READY)  ## Dagster's daemon and webserver by themselves, with SQLite and PostgreSQL; records restored
	.venv/bin/python -m pytest tests/operate/services.py tests/operate/records.py tests/operate/cluster.py

audit: $(READY)  ## locked dependencies against the database of known vulnerabilities; needs the network
	$(UV) export --quiet --frozen --no-dev --no-emit-project --all-extras --output-file .venv/requirements.txt
	$(UV) tool run --from "pip-audit==2.10.1" pip-audit --strict --timeout 5 --disable-pip --require-hashes --progress-spinner off --requirement .venv/requirements.txt

image: $(READY)  ## what the Dockerfile does, without Docker: wheel, environment, entry points, a run
	.venv/bin/python -m pytest tests/operate/image.py

fuzz: $(READY)  ## readers fed with mutated documents (READER=text, word, pdf or all; MINUTES= for each)
	$(UV) sync --quiet --frozen --inexact --group fuzz --python "$(PYTHON)"
	.venv/bin/python -m benches.fuzz $(READER) --minutes $(MINUTES)

clients: $(READY)  ## clients of files and of PostgreSQL read while releases come (RELEASE=folder of one); writes docs/clients.md
	$(UV) sync --quiet --frozen --inexact --group clients --python "$(PYTHON)"
	.venv/bin/python -m benches.clients $(if $(RELEASE),"$(RELEASE)",.fascicle/releases/current)

dev: $(READY)  ## the same assets in Dagster's web interface
	mkdir -p .fascicle/dagster && cp dagster.yaml .fascicle/dagster/dagster.yaml
	PYTHONSAFEPATH=1 DAGSTER_HOME="$(CURDIR)/.fascicle/dagster" .venv/bin/dagster dev -w workspace.yaml

superset: $(SUPERSET)  ## Apache Superset over the current release, on this machine only (PORT=8088 FASCICLE_HOME=.fascicle)
	PYTHONPATH="$(CURDIR)" .superset/bin/python -P -m warehouse.bi.serve --home "$(or $(FASCICLE_HOME),.fascicle)" --port $(or $(PORT),8088)

superset-test: $(READY) $(SUPERSET)  ## the dashboards in a real browser, a new release meanwhile, SQL Lab attacked (minutes)
	{ command -v chromium && fc-list :lang=zh | grep -q .; } >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk; }
	test -e "$(or $(FASCICLE_HOME),.fascicle)/releases/current" || .venv/bin/fascicle run --home "$(or $(FASCICLE_HOME),.fascicle)"
	PYTHONPATH=. .superset/bin/python -m tests.bi.browser --home "$(or $(FASCICLE_HOME),.fascicle)" --pictures build/superset

setup: $(READY)  ## environment only

$(UV):
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; say where: make PYTHON=/path/to/python3.11 ..."; exit 2; }
	"$(PYTHON)" -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools "uv==$(UV_VERSION)"

$(READY): pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --compile-bytecode --python "$(PYTHON)"
	touch $@

$(SUPERSET): warehouse/bi/requirements.txt | $(UV)
	$(UV) venv --quiet --clear --python "$(PYTHON)" .superset
	$(UV) pip install --quiet --python .superset/bin/python --require-hashes -r warehouse/bi/requirements.txt
	touch $@

clean:  ## remove the environment (releases in .fascicle stay)
	rm -rf .venv .tools .superset
