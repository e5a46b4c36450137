# `make` alone prints the targets. Everything set up here goes into .tools/ and target/, which git ignores.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 9000

VENV := .tools/venv/bin
HAS_PYTHON := command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.10 or newer."; exit 1; }

.PHONY: help run test lint bench openapi scale clean

help:
	@echo "make run    serve both functions at http://$(HOST):$(PORT); PORT=9001 and HOST=0.0.0.0 change that"
	@echo "make test   run every test"
	@echo "make lint   check format, Rust lints and template.yaml"
	@echo "make bench  measure everything, side by side with others, and write docs/benchmarks.md (half an hour)"
	@echo "make openapi  write docs/openapi.json, after a change of the API or of the payload model"
	@echo "make scale  simulate a cold-start storm and write the tables of docs/scale.md (a minute)"
	@echo "make clean  remove what was built and set up"

run:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py run
	@HOST=$(HOST) PORT=$(PORT) exec $(PYTHON) tools/local_api.py

test:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	cargo test --locked --workspace
	$(VENV)/pytest

lint:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	$(VENV)/cfn-lint template.yaml

bench:
	@$(HAS_PYTHON)
	$(PYTHON) bench/run.py

openapi:
	cargo run --quiet --locked --package create-qr --example write_openapi > target/openapi.json
	mv target/openapi.json docs/openapi.json

scale:
	@$(HAS_PYTHON)
	cd tools && $(PYTHON) -m scale.page

clean:
	rm -rf target .tools .aws-sam .pytest_cache .hypothesis
