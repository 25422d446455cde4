# Each command sets up what it needs: see scripts/setup.
SAMPLE := build/sample
PY := .venv/bin/python

.PHONY: run test check format bench shots bundle setup strings clean

run: setup  ## Open the app on sample data; without a display, play the sample day and leave its files
	@scripts/run $(SAMPLE)

test: setup-test check  ## Everything that must pass before a change is accepted
	@scripts/test

check: setup-test  ## Format, lint, types, import contracts, strings, generated documents
	@mkdir -p build
	@scripts/check

format: setup
	.venv/bin/ruff format app server tests benchmarks scripts/*.py
	.venv/bin/ruff check --fix app server tests benchmarks

bench: setup  ## Ratios to a floor measured in the same run; written to build/bench.json
	$(PY) -m benchmarks

bench-sync: setup-test  ## What sync costs over 3G, what gets lost, what the server takes; into build/bench-sync.json
	$(PY) -m benchmarks.sync

simulate: setup-test  ## SEEDS fresh seeds of the fleet simulator, and those named that end badly
	@$(PY) scripts/simulate $(or $(SEEDS),2000)

shots: setup  ## Every page, tab, panel and dialog as pictures in build/shots
	@$(PY) scripts/shots

guide:  ## Play the visit of docs/guide.md with real keys and mouse, and take its pictures anew
	@scripts/setup --guide
	@$(PY) scripts/guide --keep

bundle: setup  ## One folder with the program and all it needs: dist/gemba
	.venv/bin/pyinstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller build.spec
	@scripts/try-bundle dist/gemba/gemba

strings: setup  ## Renew the template of translatable texts
	$(PY) scripts/strings

setup:
	@scripts/setup

setup-test:
	@scripts/setup --test

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: setup-test guide simulate bench-sync
