# pare: everything is one of these words.  `make demo` shows the main job, `make test` proves the parts.
SWIFT   ?= swift
RELEASE := .build-release/release/pare
BUILD   := $(SWIFT) build -c release --static-swift-stdlib --scratch-path .build-release

.PHONY: all setup peers build demo demo-all test test-images test-network test-examples lint format bench docs clean

all: build

setup: ## installs by apt what is missing, and nothing else
	@Scripts/setup

peers: ## fetches other scanners from PyPI for the tests and benchmarks that compare; optional
	@Scripts/peers

build: setup ## the release binary, standard library inside
	$(BUILD) --product pare
	@strip -o .build-release/pare $(RELEASE)

demo: setup ## the main job, on the example application
	@Scripts/demo

demo-all: setup ## the main job on every example, one after the other
	@for example in demo-api python-api static-service static-site; do Scripts/demo $$example || exit 1; done

test: setup ## every test that needs no big image
	@Scripts/peers || true
	PARE_PEERS=$(CURDIR)/.build/peers $(SWIFT) test --skip 'PareEngineTests|PareNetworkTests|PareCommandTests'
	@# By themselves: they wait for programs and servers, on few threads, which tests that compute would keep busy.
	PARE_PEERS=$(CURDIR)/.build/peers $(SWIFT) test --skip-build --filter PareEngineTests
	PARE_PEERS=$(CURDIR)/.build/peers $(SWIFT) test --skip-build --filter PareNetworkTests
	PARE_PEERS=$(CURDIR)/.build/peers $(SWIFT) test --skip-build --no-parallel --filter PareCommandTests

test-images: build ## checks on the real images of 1.2 GB, and of the release binary
	@Scripts/peers
	@Scripts/test-images

test-network: build ## scans of images in real registries on loopback, and what goes wrong there
	@Scripts/test-network

test-examples: build ## fixes the smaller examples: sizes, answers, and what is left
	@Scripts/test-examples

lint: ## style, and shell scripts
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@Scripts/lint-shell

format:
	$(SWIFT) format format --in-place --recursive Sources Tests Package.swift

bench: build ## pare and its peers, alternately, on the same images
	@Scripts/peers
	@Scripts/bench

docs: ## symbol graphs of the public modules, which documentation tools read
	$(SWIFT) package dump-symbol-graph --minimum-access-level public

clean:
	rm -rf .build .build-release
