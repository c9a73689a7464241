# Bilten: every command a developer needs. The work is done by the small scripts in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos coverage prepare fmt setup clean

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## Sets everything up, builds, and serves the demo (Ctrl-C stops it)
	@scripts/run.sh

test: ## Runs every test: Rust, database, HTTP, browser
	@scripts/test.sh

check: ## Formatting, lints, types, licences, tidiness
	@scripts/check.sh

coverage: ## Measures how much of the code the tests run
	@scripts/coverage.sh

bench: ## Builds the release binary and measures it beside the limits of this machine
	@scripts/bench.sh

chaos: ## Lives random orders behind a bad line and proves the books (BILTEN_CHAOS_LIVES, default 3000)
	@scripts/chaos.sh

prepare: ## Refreshes .sqlx after a change of SQL
	@scripts/prepare.sh

fmt: ## Formats the Rust code
	@cargo fmt --all

setup: ## Installs what is missing on this machine, and nothing else
	@scripts/setup.sh test

clean: ## Removes what was built (the demo's data stays; remove .bilten by hand)
	@cargo clean
	@rm -rf web/dist web/node_modules tests/browser/node_modules tests/browser/out
