# Every command of the project; `make` alone lists them.
# PORT=, HOST= and DATA_DIR= work with run, demo and tutorial.

SHELL := /bin/sh
PYTHON := .venv/bin/python
RUNTIME := .venv/.runtime-$(shell cksum < requirements/run.lock | tr ' ' '-')
TOOLS := .venv/.tools-$(shell cksum < requirements/dev.lock | tr ' ' '-')
JS_TOOLS := node_modules/.tools-$(shell cksum < package-lock.json | tr ' ' '-')
WORKERS ?= 3
# Compiled modules are kept: else each worker of the tests and each service compiles them all.
unexport PYTHONDONTWRITEBYTECODE
PACKAGES := servicekit gateway_frontend users_service messages_service realtime_service deploy bots parley_client parley_export benchmarks tests

.DEFAULT_GOAL := help
.PHONY: help run demo tutorial admin backup restore cluster-backup cluster-restore test test-slow test-all test-chaos test-cluster bench bench-browser bench-growth soak audit sbom secrets settings-docs translations lint format lock screenshots

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## the whole system on 127.0.0.1:5001, in the foreground
	@$(PYTHON) -m deploy.local run

demo: $(RUNTIME) ## the same with alice, bob and charlie, rooms and some history
	@$(PYTHON) -m deploy.local demo

tutorial: $(RUNTIME) ## the same without logins, for docs/tutorial.md
	@$(PYTHON) -m deploy.local tutorial

admin: $(RUNTIME) ## list people, make an administrator, reset a password (CMD=; alone it lists the commands)
	@$(PYTHON) -m deploy.admin $(CMD)

backup: $(RUNTIME) ## copy all data to one file, also while Parley runs (FILE=)
	@$(PYTHON) -m deploy.backup create $(FILE)

restore: $(RUNTIME) ## restore a stopped Parley from a backup (FILE=, and REPLACE=1 over other data)
	@$(PYTHON) -m deploy.backup restore $(FILE) $(if $(REPLACE),--replace)

cluster-backup: $(RUNTIME) ## the same for the running containers of docker-compose.yml (FILE=)
	@$(PYTHON) -m deploy.backup create --cluster $(FILE)

cluster-restore: $(RUNTIME) ## restore that cluster from a backup (FILE=, and REPLACE=1 over other data)
	@$(PYTHON) -m deploy.backup restore --cluster $(FILE) $(if $(REPLACE),--replace)

test: $(TOOLS) ## the quick tests, journeys in a browser included (ARGS= goes to pytest)
	@deploy/tools/system-packages postgresql chromium-headless-shell nginx
	@$(PYTHON) -m pytest --numprocesses $(WORKERS) -m "not slow and not long" $(ARGS)

test-slow: $(TOOLS) ## the tests that kill, restart, wait or fuzz, rare cases and small screens
	@deploy/tools/system-packages postgresql chromium-headless-shell nginx
	@$(PYTHON) -m pytest --numprocesses $(WORKERS) -m slow $(ARGS)

test-all: $(TOOLS) ## all tests on both engines and drivers, with ten times the examples
	@deploy/tools/system-packages postgresql chromium-headless-shell nginx
	@EXAMPLES_FACTOR=10 $(PYTHON) -m pytest --numprocesses $(WORKERS) --all-variants --timeout 900 $(ARGS)

test-chaos: $(TOOLS) ## faults under load, the long ones too; prints a table
	@deploy/tools/system-packages postgresql
	@$(PYTHON) -m pytest tests/chaos -m "long or not long" $(ARGS)

test-cluster: $(TOOLS) ## docker-compose.yml in a real engine, driven from outside
	@deploy/tools/system-packages chromium-headless-shell
	@$(PYTHON) -m pytest tests/cluster --timeout 900 $(ARGS)

bench: $(TOOLS) ## Parley beside its peers, in one run; writes benchmarks/RESULTS.md
	@deploy/tools/system-packages postgresql chromium-headless-shell nodejs npm ejabberd erlang-p1-sqlite3
	@deploy/tools/peers
	@$(PYTHON) -m benchmarks $(ARGS)

bench-growth: $(TOOLS) ## reads beside 10 thousand and a million messages, on SQLite and PostgreSQL
	@$(PYTHON) -m benchmarks.growth $(ARGS)

bench-browser: $(TOOLS) ## the page in Chromium: first paint, a history of 10,000 messages
	@deploy/tools/system-packages chromium-headless-shell
	@$(PYTHON) -m benchmarks.browser $(ARGS)

soak: $(TOOLS) ## steady traffic for MINUTES=10, and what each process holds before and after
	@$(PYTHON) -m benchmarks.soak $(MINUTES)

audit: $(TOOLS) ## known vulnerabilities of the pinned packages
	@$(PYTHON) -m deploy.audit

sbom: $(TOOLS) ## what Parley is made of, as CycloneDX in var/sbom
	@deploy/tools/sbom

secrets: ## the container cluster's secrets, made once
	@deploy/tools/secrets "$(or $(SECRETS_DIR),deploy/secrets)"

settings-docs: $(TOOLS) ## write docs/settings.md from the settings classes
	@$(PYTHON) -m deploy.settings_docs

translations: $(TOOLS) ## collect the texts of the code into servicekit/translations/, and say what is not translated
	@$(PYTHON) -m deploy.translations

lint: $(TOOLS) $(JS_TOOLS) ## format, lint, types, import contracts, templates, JavaScript, CSS
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy $(addprefix -p ,$(PACKAGES))
	@.venv/bin/lint-imports
	@$(PYTHON) -m djlint --quiet --check --lint gateway_frontend/templates
	@$(PYTHON) -m deploy.translations --check
	@node_modules/.bin/biome check --error-on-warnings
	@node_modules/.bin/tsc

screenshots: $(TOOLS) ## pictures of every page in var/screenshots, the README's in docs/pictures
	@deploy/tools/system-packages chromium-headless-shell fonts-noto-color-emoji
	@$(PYTHON) -m tests.support.screenshots

format: $(TOOLS) $(JS_TOOLS) ## write the formatting that lint asks for
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m djlint --quiet --reformat gateway_frontend/templates
	@node_modules/.bin/biome check --write

lock: $(TOOLS) ## pin what pyproject.toml asks for, with hashes
	@deploy/tools/lock

$(RUNTIME): deploy/tools/venv
	@deploy/tools/venv run "$@"

$(TOOLS): deploy/tools/venv
	@deploy/tools/venv dev "$@" "$(RUNTIME)"

$(JS_TOOLS):
	@deploy/tools/system-packages nodejs npm
	@echo "Installing the pinned packages of package-lock.json (once)"
	@npm ci --silent
	@touch "$@"
