# `make help` lists what there is. Each target calls a script or is one line.
.DEFAULT_GOAL := help
.PHONY: help demo test build format lint test-module sanitize bench regression node-aarch64 clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' Makefile

demo: ## prunes the network in models/ on generated pictures and labels some with both
	@scripts/demo

test: ## everything that must pass: style, build, unit and conformance tests, the board's build on an emulator
	@scripts/test

build: ## edge-run and edge-node for this machine, in release
	@scripts/bootstrap && swift build -c release --product edge-run && swift build -c release --product edge-node

format: ## lays out all Swift sources
	@scripts/format

lint: ## checks their layout
	@scripts/lint

test-module: ## unit tests of one module: make test-module MODULE=Runtime
	@swift test -c release --disable-xctest --filter '^$(MODULE)Tests\.'

sanitize: ## unit tests under the address, undefined-behaviour and thread sanitizers
	@scripts/sanitize

bench: ## latency of the models in models/ on this machine
	@swift run -c release edge-run bench models/*.onnx

regression: ## whether anything is slower than in another build: make regression OLD=/tmp/edge-run-before
	@swift build -c release --product edge-run && benchmarks/regression.py $(OLD) .build/release/edge-run

node-aarch64: ## build/edge-node-aarch64, the static file for the board
	@scripts/bootstrap --cross && scripts/node-aarch64

clean: ## removes everything built, but for .venv
	rm -rf .build .build-* build
