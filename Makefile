# The commands for people. meson is the build; this says which tree, and installs first.
# SPDX-License-Identifier: Apache-2.0

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
BUILD := .ci/build

.PHONY: help run app screenshots test bench fuzz size trace bom deb install deps build format check clean

help:
	@echo 'make run      the whole journey on this machine, as a user sees it'
	@echo 'make app      the phone app against the services of make run'
	@echo 'make screenshots   pictures of the app, in docs/screenshots'
	@echo 'make test     build with ASan and UBSan, run every test'
	@echo 'make bench    the speed table, and build/bench.json'
	@echo 'make fuzz     search with every harness for FUZZ_SECONDS ($(FUZZ_SECONDS)) each'
	@echo 'make bom      the bill of materials, build/yikatong.cdx.json'
	@echo 'make size     what the card takes on a Cortex-M, against its limits'
	@echo 'make trace    each requirement with its code and its tests'
	@echo 'make deb      Debian packages of the library, the programs and the services, in build/deb'
	@echo 'make install  install under PREFIX ($(PREFIX))'
	@echo 'make build    the release programs, in build/'
	@echo 'make check    the checks alone; make format: format every source'
	@echo 'make deps     install the Debian packages of packages.txt that are missing'

deps:
	@.ci/deps packages.txt

build: deps
	@$(BUILD) build

run: deps
	@TARGETS=programs $(BUILD) build
	@tools/journey build

app: deps
	@.ci/deps packages-app.txt
	@TARGETS='programs app/ykt-app app/po/zh_CN/LC_MESSAGES/ykt-app.mo' $(BUILD) build -Dapp=enabled
	@tools/app build $(ARGS)

screenshots: deps
	@.ci/deps packages-app.txt
	@.ci/deps packages-screenshots.txt
	@TARGETS='programs app/ykt-app app/po/zh_CN/LC_MESSAGES/ykt-app.mo' $(BUILD) build -Dapp=enabled
	@tools/screenshots build

test: build
	@$(BUILD) build-asan
	@.ci/test build-asan

bench: build
	@bench/run build

fuzz: deps
	@$(BUILD) build-clang
	@fuzz/run build-clang $(FUZZ_SECONDS)

bom:
	@tools/bom $$(find build/bin -maxdepth 1 -type f -perm -u+x) >build/yikatong.cdx.json
	@echo build/yikatong.cdx.json

size:
	@.ci/deps packages-size.txt
	@tools/size

trace:
	@checks/trace --print

deb: deps
	@.ci/deps packages-app.txt
	@.ci/deps packages-deb.txt
	@tools/deb

install: deps
	@$(BUILD) build -Dprefix=$(abspath $(PREFIX))
	@meson install -C build --no-rebuild

format:
	@git ls-files -z '*.c' '*.h' | xargs -0 -r clang-format -i

check: deps
	@.ci/checks

clean:
	rm -rf build build-asan build-clang
