# The front door. Every target does its own set-up, once; `make` alone lists them.
# What a person gives on the command line reaches recipes through the environment only ("$$ID"), never as text of a shell's
# command; and as it was typed: make itself would run a $(shell …) in it.
$(foreach 1,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(1)))),$(eval override $(1) := $$(value $(1)))))
EDITION ?= nation
OPENBLAS_NUM_THREADS ?= 1
export EDITION ID FILE LIKE NAME MAKER TITLE WITH OPENBLAS_NUM_THREADS
# Names of files are in UTF-8, whatever letters the terminal has.
export PYTHONUTF8 = 1
# The interpreter that the set-up chose: an activated environment that has everything, else .venv.
override PYTHON = "$$(cat .setup/python)"
override RUN = $(PYTHON) -m helpers.run

.DEFAULT_GOAL := help
.PHONY: help setup report nation small sector institution intake crosswalk chapter prepare quotes audit sign record site open lab notebooks quarto test lint format \
	clean distclean

help:  ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo "  Another edition than the synthetic one: make report EDITION=<name>"

setup:  ## Make the machine ready (every other target does this by itself)
	@if ! command -v python3 >/dev/null; then echo "Set-up stopped: python3 is not there; install Python 3.11." >&2; exit 1; fi
	@python3 scripts/setup.py

report: setup  ## From deliveries to reports: the sector and the edition's first institutions
	@$(RUN) report --edition="$$EDITION"

nation: setup  ## The same, for all institutions
	@$(RUN) report --edition="$$EDITION" --all

small: setup  ## The small world of three institutions, for tests and first looks
	@$(RUN) report --edition small

sector: setup  ## The sector report only
	@$(RUN) report --edition="$$EDITION" --only sector

institution: setup  ## One institution's report: make institution ID=<code>
	@if [ -z "$$ID" ]; then echo "Say which institution: make institution ID=<code>" >&2; exit 1; fi
	@$(RUN) report --edition="$$EDITION" --only="$$ID"

intake: setup  ## Read and check what arrived: a verdict and a page
	@$(RUN) intake --edition="$$EDITION"

crosswalk: setup  ## Draft a crosswalk: make crosswalk FILE=<file> [LIKE=<crosswalk of the wave before>]
	@if [ -z "$$FILE" ]; then echo "Say which file: make crosswalk FILE=<file>" >&2; exit 1; fi
	@$(RUN) crosswalk $${LIKE:+--like="$$LIKE"} -- "$$FILE"

chapter: setup  ## Begin a new chapter: make chapter NAME=5-incidenten [TITLE="…"]
	@if [ -z "$$NAME" ]; then echo "Say which chapter: make chapter NAME=5-incidenten" >&2; exit 1; fi
	@$(RUN) chapter --title="$$TITLE" -- "$$NAME"

prepare: setup  ## Deliveries to tables, without reports
	@$(RUN) prepare --edition="$$EDITION"

quotes: setup  ## Decide what focus groups may be quoted on: a page, and what waits for a decision
	@$(RUN) intake --edition="$$EDITION"
	@$(PYTHON) -m helpers.render.quotes "$$EDITION"

audit: setup  ## Attack the reports: can anything hidden be computed? (WITH=<earlier edition>)
	@$(PYTHON) -m helpers.audit "$$EDITION" $${WITH:+"$$WITH"}; found=$$?; $(RUN) record --edition="$$EDITION"; exit $$found

sign: setup  ## Sign off the reports after an audit: make sign NAME="<who, not who made them>" [MAKER="<who made them>"]
	@$(RUN) sign --edition="$$EDITION" --name="$$NAME" --maker="$$MAKER"

record: setup  ## What is hidden, and which reports are released by now: pages of both
	@$(RUN) record --edition="$$EDITION"

open: setup  ## Look at all reports (at one with ID=<code> or ID=sector)
	@$(RUN) open --edition="$$EDITION" $${ID:+--only="$$ID"}

site: open  ## The same as open

lab: setup  ## Edit chapters in JupyterLab (prepares the small world first)
	@$(RUN) prepare --edition small
	@$(PYTHON) -m jupyter lab notebooks --config=scripts/jupyter_server_config.py

notebooks: setup  ## Run every chapter and store its outputs
	@$(RUN) prepare --edition small
	@$(RUN) notebooks

quarto: setup  ## Try to install Quarto, which gives the full site
	@$(PYTHON) scripts/install_quarto.py

test: setup  ## All checks: style, tests, every notebook
	@$(PYTHON) scripts/check.py

lint: setup  ## Style only
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

format: setup  ## Put the code in the project's style
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

clean:  ## Remove everything made from deliveries (keeps deliveries and the set-up)
	@find outputs -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

distclean: clean  ## Remove the set-up and the synthetic deliveries as well
	@for folder in data/deliveries/*/; do \
		if grep -qs .synthetic.:.true "$$folder/manifest.json"; then rm -rf "$$folder"; fi; done
	@rm -rf .venv .setup .pytest_cache .ruff_cache
