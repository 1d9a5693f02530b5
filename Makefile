# Two commands for a newcomer: `make demo` runs Vekha, `make test` proves it.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
DEMO_ENV = DEMO=1
# Every process that tests start would compile the whole of Django anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test clocks lint bench mutants lock messages migrations
.DEFAULT_GOAL := demo

setup: .venv/.installed

.venv/.installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Vekha needs Python 3.11 or newer; name it: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: setup
	@$(DEMO_ENV) SITE_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py demo --port $(PORT)

# Children that read files may write none, so what only they import is compiled before.
test: setup
	@$(BIN)/python -m compileall -q project workflows compliance notifications
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=10 $(ARGS)

clocks: setup
	.ci/clocks $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=1 $(BIN)/mypy project workflows compliance notifications
	$(BIN)/lint-imports --no-cache
	git ls-files '*.html' | xargs -r $(BIN)/djade --check --target-version 5.2
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run

bench: setup
	@for program in benchmarks/*.py benchmarks/faults; do echo "== $$program"; DEBUG=1 $(BIN)/python $$program || exit 1; done

# By hand: COUNT places of the rules are changed one by one, survivors are listed.
COUNT ?= 200
SEED ?= 1
mutants: setup
	$(BIN)/python benchmarks/mutants --count $(COUNT) --seed $(SEED) $(ARGS)

lock: setup
	sh .ci/lock

messages: setup
	DEBUG=1 $(BIN)/python manage.py makemessages -l ru --no-location --no-wrap -i .venv -i var
	DEBUG=1 $(BIN)/python manage.py compilemessages -l ru -i .venv

migrations: setup
	DEBUG=1 $(BIN)/python .ci/fold_migrations.py
