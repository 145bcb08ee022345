# What a developer types. `make check` is what CI runs.
GO ?= go
RACE_PACKAGES = ./views ./models ./desk ./jobs ./search

.PHONY: dev demo check test vet race vendor-check bench fmt

dev: ## serve with templates from disk, mails on /dev/outbox
	$(GO) run . --dev --data ./data

demo: ## a filled desk
	$(GO) run . demo

check: fmt vet vendor-check test race

test:
	$(GO) test ./...

vet:
	$(GO) vet ./...

fmt:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

# Where goroutines share something and the detector's price is small.
race:
	$(GO) test -race -run 'Parallel|SideBySide|Beside|Live|Drain|Swap|Twice' $(RACE_PACKAGES)

# The vendored front-end files, and axe-core for the tests, are exactly those of their npm packages.
vendor-check:
	cd assets/vendor && sha256sum --quiet --check CHECKSUMS
	cd internal/browser/axe && sha256sum --quiet --check CHECKSUMS

bench: ## figures as ratios to a floor measured in the same run
	$(GO) run ./internal/bench
