# make run   set everything up and show the demo site (a window, or pictures without a display)
# make test  set everything up and pass all tests
# make bench measure scan, start and returns on this machine
# make torture  an hour of bad lines, killed processes and odd histories between stations and hub;
#               make torture MINUTES=600 goes on for a night

PYTHON ?= python3
BIN := .venv/bin
DEMO_OUT ?= demo-output
MINUTES ?= 60

.PHONY: run test check bench torture clean system

run: .venv/run.stamp
	$(BIN)/returnstation demo --fresh --out $(DEMO_OUT)

test: .venv/test.stamp check
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 3 --dist loadfile

check: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: .venv/run.stamp
	QT_QPA_PLATFORM=offscreen $(BIN)/returnstation bench

torture: .venv/test.stamp
	TORTURE_HISTORIES=$$(($(MINUTES) * 70)) TORTURE_ROUNDS=$$(($(MINUTES) / 3 + 1)) \
	TORTURE_STATIONS=50 TORTURE_FACTS=6 TORTURE_DAYS=$$(($(MINUTES) / 100 + 3)) \
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q --durations=12 \
	--hypothesis-profile=wandering \
	tests/integration/test_sync_histories.py \
	tests/integration/test_whole_histories.py tests/integration/test_three_days.py \
	tests/integration/test_sync_torture.py tests/integration/test_power_cuts.py
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 3 -m hypothesis \
	--hypothesis-profile=wandering

system:
	.ci/system-packages

.venv/bin/python: | system
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt pyproject.toml | system .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/test.stamp: tests/requirements.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r tests/requirements.txt
	touch $@

clean:
	rm -rf .venv demo-output test-output
