# make demo [STORE=neo4j] · make test · make bench · make neo4j · make lint
PYTHON ?= python3
STORE ?= sqlite
BIN = .venv/bin

.PHONY: demo test bench neo4j neo4j-stop lint lock

demo: .venv/.ready
	@$(BIN)/python -m api.demo $(STORE)

test: .venv/.ready
	@$(BIN)/python -m pytest -n auto --dist loadgroup

bench: .venv/.ready
	@$(BIN)/python -m benchmarks $(BENCH)

neo4j: .venv/.ready
	@$(BIN)/python -m api.neo4j_server start

neo4j-stop: .venv/.ready
	@$(BIN)/python -m api.neo4j_server stop

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Only when dependencies change: the lock is what everything installs from.
lock: .venv/.ready
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --extra dev --python-version 3.11 -o requirements.lock pyproject.toml

.venv/.ready: requirements.lock pyproject.toml
	@echo "making .venv from requirements.lock ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
