# make demo   opens the app on a local S3 server filled with sounds
# make test   format, lint, strict types, import contracts, tests

PYTHON ?=
BIN = .venv/bin

.PHONY: demo test format lint types contracts tests torture snapshots screenshots docs lock clean

demo: .venv/demo.stamp
	@$(BIN)/s3audio demo

test: lint types contracts tests

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev.stamp
	$(BIN)/mypy

contracts: .venv/dev.stamp
	$(BIN)/lint-imports

tests: .venv/dev.stamp
	@scripts/system
	$(BIN)/pytest

# The random keys of the tests, twenty times as many; transfers over a line that does harm, with
# 200 files of up to 64 MiB for each kind of harm, and 100 kills.
torture: .venv/dev.stamp
	S3AUDIO_TORTURE=1 S3AUDIO_TORTURE_STEPS=20000 $(BIN)/pytest tests/torture tests/harm

# Mends what can be mended by a machine.
format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Draws the snapshots anew; look at the difference before you commit it.
snapshots: .venv/dev.stamp
	$(BIN)/pytest tests/tui --snapshot-update

# Draws the README's pictures anew from the demo; look at them before you commit them.
screenshots: .venv/dev.stamp
	$(BIN)/pytest tests/tui/test_screenshots.py -k "not png" --snapshot-update
	$(BIN)/python scripts/screenshots

# Writes the pages that are made from the program.
docs: .venv/dev.stamp
	$(BIN)/python scripts/key-page

# Needs uv.
lock:
	scripts/lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/%.stamp: requirements/%.lock pyproject.toml scripts/environment
	@PYTHON="$(PYTHON)" scripts/environment $*
