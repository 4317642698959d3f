# make app: set everything up and open the dashboard. make test: set everything up and run the tests.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
R_PEER := r-cran-wgcna libopenblas0-pthread
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
BUILD := setuptools==84.2.1 wheel==0.48.0 versioneer==0.29 cython==3.3.1

.PHONY: app test lint bench screenshots clean

app: $(VENV)/.ready
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: lint
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# R's WGCNA, with OpenBLAS, is a peer of the benchmarks; without it they say what was not measured.
bench: $(VENV)/.ready
	@Rscript -e 'library(WGCNA)' >/dev/null 2>&1 || { $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) apt-get install -qq -y --no-install-recommends $(R_PEER); } || \
	  echo "R's WGCNA could not be installed with apt-get (it needs Debian or Ubuntu, and root): not compared with R"
	$(BIN)/python -m pytest tests/benchmarks -s

screenshots: $(VENV)/.ready
	$(BIN)/python docs/take_screenshots.py

# PyRadiomics 3.0.1 has no wheel for Python 3.11 and needs numpy while it is built, hence two steps.
# torchvision comes without its own dependencies: it would pull a second torch otherwise.
$(VENV)/.ready: requirements.txt
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Nodescope needs Python 3.11 ($(PYTHON) is missing or another version): install it, or name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@command -v gcc >/dev/null || { echo "Nodescope needs a C compiler to build PyRadiomics: install gcc"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip==26.3
	$(BIN)/pip install --quiet $(shell grep ^numpy requirements.txt) $(BUILD)
	$(BIN)/pip install --quiet --no-build-isolation -r requirements.txt
	touch $@

clean:
	rm -rf $(VENV)
