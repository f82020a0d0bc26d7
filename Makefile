# Maestro: `make` lists what there is to do.
.DEFAULT_GOAL := help
.PHONY: help install maestro-api maestro-api-durable test maestro-test test-faults test-fuzz dev check format bench openapi schema disagreements check-openapi bench-against demo migrate prune sweep ci
INSTALLED := node_modules/.package-lock.json
OPENAPI_TOOLS := test/openapi-tools/node_modules/.package-lock.json

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Install what package-lock.json names

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

maestro-api: install ## Serve on http://localhost:8001 (HOST and PORT change it), API documentation at /docs
	@npm run --silent build
	@exec node dist/server.js

maestro-api-durable: install ## The same with a PostgreSQL of its own in ./data, which forgets nothing
	@npm run --silent build
	@DATABASE_URL=$${DATABASE_URL:-embedded:./data} exec node dist/server.js

test: install ## Run the fast tests, those that start no processes, in about a minute on two idle cores
	@npm run --silent test:fast

maestro-test: install ## Run all tests, in about eleven minutes
	@npm test --silent
	@echo 'maestro-test: DONE ✓'

test-faults: install ## Kill and restart PostgreSQL and Maestro under load, 50 times each; read refusals through proxies, 20 times each
	@FAULTS=50 npm test --silent -- test/system/faults.test.ts test/system/outages.test.ts test/system/cut-connections.test.ts test/system/embedded-starts.test.ts test/system/content.test.ts test/system/evidence-processes.test.ts test/system/background-jobs.test.ts test/system/event-reader.test.ts test/system/refusals-through-proxies.test.ts

test-fuzz: install ## Read damaged documents for a minute of each format
	@FUZZ_SECONDS=60 npm test --silent -- test/system/evidence-fuzz.test.ts

dev: install ## Serve from the sources and start again at every change
	@exec node_modules/.bin/tsx watch src/server.ts

check: install ## Check types, format and lint
	@npm run --silent check

format: install ## Write the format that check asks for
	@npm run --silent format

bench: install ## Measure speed side by side and write docs/benchmarks.md (BENCH_PARTS=pipeline,start: only these sections)
	@npm run --silent bench

bench-against: install ## Measure this build beside the one in the folder BUILD, which is installed and built
	@npm run --silent bench:against -- $(BUILD)

openapi: install ## Record the examples, and write docs/openapi.json from the routes
	@npm run --silent openapi

check-openapi: install $(OPENAPI_TOOLS) ## Lint docs/openapi.json, and try clients generated from it
	@node_modules/.bin/tsx test/check-openapi.ts

$(OPENAPI_TOOLS): test/openapi-tools/package.json test/openapi-tools/package-lock.json
	npm ci --prefix test/openapi-tools --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

schema: install ## Write docs/schema.sql from the migrations
	@npm run --silent schema

disagreements: install ## Write into docs/evidence.md how MAESTRO_VECTORS are read
	@npm run --silent disagreements

migrate: install ## Bring the schema of DATABASE_URL up to date
	@npm run --silent migrate

prune: install ## Delete the runs of DATABASE_URL that finished before the day BEFORE
	@npm run --silent prune -- $(BEFORE)

sweep: install ## Remove content in BLOB_URL that no artifact in DATABASE_URL refers to
	@npm run --silent sweep

demo: install ## Run the README's walk-through against a server of its own
	@npm run --silent demo

ci: ## Run what continuous integration runs
	@bash .ci/run
