# Everything for a Debian 12 machine. `make help` prints the targets.

# A directory with qjs, quickjs.h and VERSION of one QuickJS; the default one is built here.
QUICKJS ?= build/quickjs
# How many small campuses `make simulate` has.
SEEDS ?= 2000
# What `make lab` and `make test` run.
SCENARIO ?= $(wildcard test/lab/scenarios/*.sh)

BUILD_PACKAGES = $(NODE_PACKAGES) gcc make libc6-dev libmbedtls-dev dpkg-dev xz-utils ca-certificates
LAB_PACKAGES = qemu-system-x86 busybox-static iw hostapd wpasupplicant nftables iproute2 kmod wireless-regdb \
	iputils-ping socat tcpdump tshark procps cpio gzip zstd xz-utils ethtool netbase shellcheck python3 python3-scapy systemd freeradius frr qemu-user \
	dnsmasq-base isc-dhcp-client dhcpcd-base \
	chromium fonts-dejavu-core $(MULTILIB_PACKAGES)
# The C module is also compiled for 32 bits, where the compiler of this architecture can.
MULTILIB_PACKAGES := $(if $(filter x86_64,$(shell uname -m)),gcc-multilib)
# Node.js may have come from elsewhere.
NODE_PACKAGES := $(shell npm --version >/dev/null 2>&1 && \
	node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null || echo nodejs npm)

# The module lies beside the bundle; QuickJS looks for it relative to the importing file.
BUNDLE = node_modules/.bin/esbuild --bundle --minify --sourcemap=external --format=esm --target=es2023 --log-level=warning \
	--external:std --external:os '--external:*/quickjs-ffi.so'
# A page as LuCI's loader evaluates it: a function's body that begins with 'require ...' directives and returns a class.
LUCI_PAGE = node_modules/.bin/esbuild --bundle --minify --charset=utf8 --format=iife --target=es2022 --log-level=warning \
	--loader:.css=text --global-name=bundle '--footer:js=return bundle.page;'
LUCI_TYPESCRIPT := $(shell find luci/src src/config src/octets -name '*.ts' -o -name '*.css')
LUCI_PAGES = $(addprefix dist/luci/view/,$(addprefix pmip/,status.js settings.js assistant.js) status/include/60_pmip.js)
LUCI_TRANSLATIONS = dist/luci/pmip.pot $(patsubst luci/po/%/pmip.po,dist/luci/i18n/pmip.%.lmo,$(wildcard luci/po/*/pmip.po))
TYPESCRIPT := $(shell find src test/engine test/lab test/bench test/simulation -name '*.ts' 2>/dev/null)
MODULE_FLAGS = -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE -Wall -Wextra -Wconversion
STAND_INS := $(patsubst test/lab/stand-ins/%.ts,build/stand-ins/%.js,$(filter-out %.test.ts,$(wildcard test/lab/stand-ins/*.ts)))
BENCHES := $(patsubst test/bench/%.ts,build/bench/%.js,$(filter-out %.d.ts %/obedient-kernel.ts,$(wildcard test/bench/*.ts)))
PROCESSORS = build/processors/mips build/processors/arm
ENGINE_TESTS := $(patsubst test/engine/%.ts,build/engine/%.js,$(wildcard test/engine/*.engine.ts))

.PHONY: all help prerequisites lab-prerequisites engine module bundle luci stand-ins engine-tests processors check test lab demo simulate package install clean
.DELETE_ON_ERROR:
.PRECIOUS: build/processors/%/qjs

all: engine module bundle ## everything that runs: engine, C module, dist/pmip*.js (the default)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

prerequisites: ## install the Debian packages that building needs
	@$(call install_packages,$(BUILD_PACKAGES))

lab-prerequisites: prerequisites ## install the Debian packages that check, test, lab and demo need
	@$(call install_packages,$(LAB_PACKAGES))

engine: $(QUICKJS)/qjs ## QuickJS, from Debian 13's source package

module: dist/quickjs-ffi.so ## the C module

bundle: dist/pmip.js dist/pmip-command.js ## the daemon as one file, and the command pmip as another

luci: $(LUCI_PAGES) $(LUCI_TRANSLATIONS) ## luci-app-pmip: its pages, the template of translations, the catalogues

stand-ins: $(STAND_INS) module ## the lab's stand-in programs

engine-tests: $(ENGINE_TESTS) engine module

processors: $(PROCESSORS:%=%/dist/quickjs-ffi.so) ## engine and C module for big-endian MIPS and 32-bit ARM, for the tests

check: node_modules/.package-lock.json | lab-prerequisites ## formatter, linter, types, shell scripts
	npm run check
	git ls-files | xargs awk 'FNR == 1 && /^#!.*sh( |$$)/ { print FILENAME } { nextfile }' | xargs -r shellcheck

test: all luci stand-ins engine-tests processors | lab-prerequisites ## check, unit tests, tests in the engine, the lab
	@test/run $(SCENARIO)

lab: all stand-ins | lab-prerequisites ## run SCENARIO=path in the lab (without it: all scenarios)
	@set -e; for scenario in $(SCENARIO); do test/lab/run "$$scenario"; done

demo: all stand-ins | lab-prerequisites ## a phone roams between two subnets, shown in the terminal
	test/lab/run test/lab/scenarios/demo.sh

bench: all stand-ins $(BENCHES) | lab-prerequisites ## print how fast it is, beside other programs that do the same
	test/bench/run

simulate: build/simulation/simulate.js ## campuses with faults, by the thousand and a large one; one with SEED=n or CAMPUS=n
	@node --enable-source-maps $< $(if $(SEED),seed $(SEED),$(if $(CAMPUS),campus $(CAMPUS),seeds 1 $(SEEDS)))
	@$(if $(SEED)$(CAMPUS),,node --enable-source-maps $< campus 1)

package: bundle luci ## the OpenWrt packages; with OPENWRT_SDK=directory for that SDK's target
	openwrt/make-package.sh

install: all ## on this machine, as an agent of a plain router (systemd); DESTDIR=directory: below that
	src/systemd/install.sh $(QUICKJS)/qjs "$(DESTDIR)"

clean: ## remove what was built
	rm -rf build dist

# Once: another release comes after `make clean`.
build/quickjs/qjs: | prerequisites
	src/quickjs-ffi/get-quickjs.sh build/quickjs build/apt

dist/quickjs-ffi.so: $(wildcard src/quickjs-ffi/*.[ch]) $(QUICKJS)/qjs | prerequisites
	@mkdir -p dist
	$(CC) $(MODULE_FLAGS) -DQUICKJS_VERSION='"$(shell cat $(QUICKJS)/VERSION)"' -isystem $(QUICKJS) \
		-o $@ src/quickjs-ffi/*.c -lmbedcrypto

build/processors/%/qjs: test/processors/get-processor.sh build/quickjs/qjs | prerequisites
	test/processors/get-processor.sh $* build/processors/$* build/quickjs build/apt

# The digests come from other sources than this machine's mbed TLS: of the release that OpenWrt has.
build/processors/%/dist/quickjs-ffi.so: build/processors/%/qjs $(wildcard src/quickjs-ffi/*.[ch])
	@mkdir -p $(@D)
	cd build/processors/$* && ./cc $(MODULE_FLAGS) -DQUICKJS_VERSION='"$(shell cat build/quickjs/VERSION)"' \
		-isystem ../../quickjs -DMBEDTLS_CONFIG_FILE='"digests-only.h"' -I. -isystem mbedtls/include \
		-o dist/quickjs-ffi.so $(addprefix ../../../,$(filter %.c,$^)) digests/*.o

# The locked versions, as with `npm ci`; that one also refuses a lock file which does not list the binaries of machines
# of another kind, and a mirror of the registry need not have those.
node_modules/.package-lock.json: package-lock.json | prerequisites
	npm install --no-save
	touch $@

dist/pmip.js: $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=./quickjs-ffi.so --outfile=$@ src/main.ts

dist/pmip-command.js: $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=./quickjs-ffi.so --outfile=$@ src/cli/main.ts

dist/luci/view/pmip/%.js: luci/src/pages/%.ts $(LUCI_TYPESCRIPT) node_modules/.package-lock.json
	$(LUCI_PAGE) --outfile=$@ $<

dist/luci/view/status/include/60_pmip.js: luci/src/pages/overview.ts $(LUCI_TYPESCRIPT) node_modules/.package-lock.json
	$(LUCI_PAGE) --outfile=$@ $<

build/translations.js: $(wildcard luci/translations/*.ts) $(LUCI_TYPESCRIPT) node_modules/.package-lock.json
	node_modules/.bin/esbuild --bundle --platform=node --format=esm --packages=external --log-level=warning --outfile=$@ \
		luci/translations/main.ts

dist/luci/pmip.pot: build/translations.js $(shell find luci/root -name '*.json')
	@mkdir -p $(@D)
	node $< template luci $@

dist/luci/i18n/pmip.%.lmo: luci/po/%/pmip.po build/translations.js
	@mkdir -p $(@D)
	node build/translations.js catalogue $< $@

build/engine/%.js: test/engine/%.ts $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=../../dist/quickjs-ffi.so --outfile=$@ $<

build/stand-ins/%.js: test/lab/stand-ins/%.ts $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=../../dist/quickjs-ffi.so --outfile=$@ $<

# Bundled with a kernel of its own, see there.
build/bench/daemon.js: test/bench/daemon.ts $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=./test/bench/obedient-kernel.ts --outfile=$@ $<

build/bench/%.js: test/bench/%.ts $(TYPESCRIPT) node_modules/.package-lock.json
	$(BUNDLE) --alias:quickjs-ffi=../../dist/quickjs-ffi.so --outfile=$@ $<

build/simulation/simulate.js: $(TYPESCRIPT) node_modules/.package-lock.json
	node_modules/.bin/esbuild --bundle --format=esm --platform=node --sourcemap --log-level=warning --outfile=$@ \
		test/simulation/simulate.ts

# Only what is missing, so that a prepared machine needs neither root nor a network.
define install_packages
missing=$$(for package in $(1); do \
	dpkg-query --show --showformat '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed || echo $$package; \
done | xargs); \
if [ -z "$$missing" ]; then exit 0; fi; \
if [ "$$(id -u)" != 0 ]; then \
	echo "Missing packages: sudo apt-get install --no-install-recommends $$missing" >&2; exit 1; \
fi; \
apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $$missing
endef
