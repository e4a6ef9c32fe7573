# Two commands matter: `make run` and `make test`. `make help` lists all; docs/running.md explains.

PYTHON ?= python3
VAR_DIR ?= var
VENV ?= $(VAR_DIR)/venv
TEST_WORKERS ?= 2
PREPARE = @$(PYTHON) scripts/prepare_environment.py $(VENV)
TEMPLATES = find templates -name '*.html'

# What a server is given, so that `check --deploy` judges what production runs.
PRODUCTION = env DEBUG=0 SECRET_KEY="$$($(VENV)/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	ALLOWED_HOSTS=portal.example DATABASE_URL= VAR_DIR=$(VAR_DIR)/check

.PHONY: help run staff-login test handbook-pictures bench faults topology storm check audit fix
.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

run: ## start the portal at http://127.0.0.1:8000 (PORT, BIND); Ctrl-C stops it
	$(PREPARE)
	@exec setpriv --pdeathsig TERM -- $(VENV)/bin/python -m qingdao_portal.launcher

staff-login: ## make an account for the staff pages
	$(PREPARE)
	@DEBUG=$${DEBUG-1} $(VENV)/bin/python manage.py createsuperuser

test: ## run all tests, those in a real browser included
	$(PREPARE) --tests
	@$(VENV)/bin/python -m pytest -n $(TEST_WORKERS) --dist loadfile

handbook-pictures: ## make the pictures of docs/编辑手册.md anew, from the running admin
	$(PREPARE) --tests
	@HANDBOOK_PICTURES=1 $(VENV)/bin/python -m pytest tests/handbook

bench: ## measure the portal beside its limits and peers (BENCH="serving --quick" chooses); prints ratios
	$(PREPARE) --bench
	@$(VENV)/bin/python -m bench $(BENCH)

faults: ## break one thing after the other under load and say what it meant (FAULTS="database_away")
	$(PREPARE) --tests --faults
	@$(VENV)/bin/python -m tests.faults $(FAULTS)

storm: ## send malformed requests to every page, operation and form (STORM="--requests 1000 --seed 2")
	$(PREPARE) --tests
	@$(VENV)/bin/python -m tests.security.storm $(STORM)

topology: ## start the portal on several machines, each an address of this one; Ctrl-C ends it
	$(PREPARE) --tests --faults
	@exec setpriv --pdeathsig TERM -- $(VENV)/bin/python -m tests.faults --topology --stay

check: ## judge style, formats, migrations and settings; changes nothing
	$(PREPARE) --lint
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(TEMPLATES) -exec $(VENV)/bin/djade --target-version 5.2 --check {} +
	@! grep -nvE '^(#.*|-r .*|[A-Za-z0-9._-]+==[^ ]+ +# .+)?$$' requirements.txt requirements-dev.txt \
		|| { echo "Pin these with == and say what they are for."; exit 1; }
	@$(VENV)/bin/python -m pip --disable-pip-version-check check
	@$(VENV)/bin/python scripts/scan_secrets.py
	@$(VENV)/bin/python scripts/audit_dependencies.py
	@$(PRODUCTION) $(VENV)/bin/python manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(VENV)/bin/python manage.py check --deploy --fail-level WARNING

audit: ## look the packages up in the list of known vulnerabilities (make check does too)
	$(PREPARE) --lint
	@$(VENV)/bin/python scripts/audit_dependencies.py

fix: ## put right what `make check` finds in style and formats
	$(PREPARE) --lint
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	-$(TEMPLATES) -exec $(VENV)/bin/djade --target-version 5.2 {} +
