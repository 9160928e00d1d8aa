# What a person or CI runs; `make help` lists it. Longer jobs are scripts in tests/hosts.

MODULE = res_pjsip_phoneprov_provider.so
HOST =
ARCH =
OUT = build/$(addsuffix /,$(or $(ARCH),$(HOST)))$(MODULE)

hosts = tests/hosts
packages = share/packages
deps = $(hosts)/deps
build_packages = gcc libc6-dev libclang-dev
root_packages = mmdebstrap
arm64_packages = gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
deb_packages = binutils debhelper jq lintian
dist_packages = binutils jq
rpm_packages = rpm

.PHONY: help deps build run stop users first-phone test test-stub test-next test-arm64 baseline memcheck tsan soak stress bench bench-http bench-database deliver lint msrv reproducible install uninstall deb dist rpm

help: ## say what there is to make
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

deps: ## install every Debian package that a target here needs (each target also sees to its own)
	@$(deps) $(build_packages) $(root_packages) $(arm64_packages) $(deb_packages) $(rpm_packages) curl sip-tester valgrind sqlite3 gdb dpkg-repack baresip-core openssl
	@$(hosts)/postgres install
	@$(hosts)/mariadb install

build: ## make the module for this machine, or for the tests' Asterisks, or for arm64: [HOST=22|16|stub] [ARCH=arm64] [OUT=FILE] [OFFLINE=1, with the crates of `cargo vendor`]
ifdef ARCH
	@$(deps) $(build_packages) $(root_packages) qemu-user-static
	$(hosts)/cross-build $(ARCH) $(OUT)
else ifdef HOST
	@$(deps) $(build_packages) $(if $(filter-out stub,$(HOST)),$(root_packages))
	$(hosts)/build $(HOST) $(OUT)
else
	@$(hosts)/toolchain
	$(hosts)/build here $(OUT)
endif

run: HOST = 22
run: ## start a private Asterisk 22 with sample phones, fetch one's file, and show what three makers' phones get: [HOST=22|16|stub]
	@$(deps) $(build_packages) curl $(if $(filter-out stub,$(HOST)),$(root_packages))
	$(hosts)/build $(HOST) $(OUT)
	@$(hosts)/demo start $(HOST)

stop: ## end what `make run` started
	@$(hosts)/demo stop

users: ## show a users.conf as sections of pjsip.conf, as a private Asterisk 22 reads it, and change nothing: FILE=/etc/asterisk/users.conf
	@$(deps) $(build_packages) $(root_packages)
	@$(hosts)/build 22 build/22/$(MODULE) >&2
	@$(hosts)/users "$(FILE)"

first-phone: deb ## type what the README says in a fresh Debian with Asterisk, up to a Yealink's first file, and say how long each step takes: [HOST=22|16]
	@$(deps) $(root_packages) iproute2
	@$(hosts)/first-phone $(or $(HOST),22)

test: ## run every test, on the stub core and on real Asterisk 22 and 16 in private roots: [SECONDS_EACH=3] [STATES=200]
	@$(deps) $(build_packages) $(root_packages) $(arm64_packages) sqlite3 dpkg-repack baresip-core openssl curl sip-tester
	@$(hosts)/postgres install
	@$(hosts)/mariadb install
	$(hosts)/build stub build/stub/$(MODULE)
	$(hosts)/build 22 build/22/$(MODULE)
	$(MAKE) deb rpm
	cmp build/22/$(MODULE) build/16/$(MODULE)
	$(hosts)/build 22 build/22/substitution.so substitution
	$(hosts)/build 16 build/16/substitution.so substitution
	cargo test --no-fail-fast

test-stub: ## run the tests that need no real Asterisk
	@$(deps) $(build_packages)
	$(hosts)/build stub build/stub/$(MODULE)
	HOSTS=stub cargo test --no-fail-fast

test-next: ## run the scenarios on the Asterisk of Debian's experimental, where there is one
	@$(deps) $(build_packages) $(root_packages) sqlite3 curl sip-tester xz-utils
	@$(hosts)/postgres install
	@$(hosts)/mariadb install
	@$(hosts)/make-root next; made=$$?; [ $$made = 3 ] && exit 0; [ $$made = 0 ] || exit $$made; \
	$(hosts)/build next build/next/$(MODULE) && HOSTS=next cargo test --no-fail-fast --test scenarios --test layout

test-arm64: ## run scenarios on emulated real Asterisk 22 and 16 for arm64: [FILTER=NAME, what most phones need if nobody says]
	@$(deps) $(build_packages) $(root_packages) $(arm64_packages)
	$(hosts)/cross-build arm64 build/arm64/$(MODULE)
	ARCH=arm64 $(hosts)/make-root 22
	for filter in $(or $(FILTER),serves_a_phone follows_an_edit are_compared); do \
		ARCH=arm64 HOSTS=22,16 cargo test --test scenarios -- $$filter || exit; \
	done

baseline: ## run on the distributions' C module the scenarios that hold for it, too, on Asterisk 22 and 16
	@$(deps) $(build_packages) $(root_packages)
	$(hosts)/make-root 22
	$(hosts)/make-root 16
	HOSTS=22,16 MODULE=c cargo test --test scenarios

memcheck: ## run the stub core's scenarios under valgrind
	@$(deps) $(build_packages) valgrind
	$(hosts)/build stub build/stub/$(MODULE)
	HOSTS=stub STUB_UNDER="valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite" \
		cargo test --test scenarios

tsan: ## run the stub core's scenarios with ThreadSanitizer in it and in the module: [FILTER=NAME]
	@$(deps) $(build_packages)
	$(hosts)/build tsan build/tsan/$(MODULE)
	$(hosts)/tsan $(FILTER)

soak: ## disturb an Asterisk 22 in every way at once and compare it with a fresh start: [MINUTES=10] [SEED=N]
	@$(deps) $(build_packages) $(root_packages) gdb
	$(hosts)/build 22 build/22/$(MODULE)
	MINUTES=$(or $(MINUTES),10) cargo test --test soak

stress: ## reload while phones fetch, on Asterisk 22, and show the C module beside it: [RELOADS=1000] [PJSIP_RELOADS=200] [CORE_RELOADS=100] [PHONEPROV_RELOADS=100] [ALL=100] [CLIENTS=8] [PHONES=500]
	@$(deps) $(build_packages) $(root_packages)
	$(hosts)/build 22 build/22/$(MODULE)
	STRESS=long cargo test --test stress

bench: ## compare with the C module, in time and memory, on one Asterisk 22: [N=10000] [RUNS=3] [C_RUNS=1]
	@$(deps) $(build_packages) $(root_packages)
	$(hosts)/build 22 build/22/$(MODULE)
	cargo bench --test bench

bench-http: ## what answering phones costs, beside the C module and [OTHER=FILE, another build of this one], on Asterisk 22: [RUNS=15] [MILLISECONDS=500] [CLIENTS=4] [FEW=500] [MANY=30000] [N=10000] [RELOADS=20]
	@$(deps) $(build_packages) $(root_packages)
	$(hosts)/build 22 build/22/$(MODULE)
	cargo bench --test bench-http

bench-database: ## what phones in PostgreSQL cost, on Asterisk 22: [N=10000] [RUNS=3] [SECONDS=20] [FILL=no]
	@$(deps) $(build_packages) $(root_packages)
	@$(hosts)/postgres install
	$(hosts)/build 22 build/22/$(MODULE)
	cargo bench --test bench-database

deliver: ## register phones, change all at once, and see each fetch, beside calls, on Asterisk 22: [N=10000] [AWAY=3000] [RATE=100] [FIRST=20] [CALLS=200] [CALLS_A_SECOND=5]
	@$(deps) $(build_packages) $(root_packages) sip-tester
	$(hosts)/build 22 build/22/$(MODULE)
	cargo bench --test deliver

lint: ## check formatting, lints, the order of rooms in src/, and what the module is built of
	@$(deps) $(build_packages)
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
	.ci/stub-circles
	.ci/rooms
	.ci/deny

msrv: ## compile module and tests with the oldest Rust that Cargo.toml admits, that of Debian 13
	@$(deps) $(root_packages)
	.ci/msrv

reproducible: ## build the module here, and elsewhere without a network, and compare the bytes
	@$(deps) $(build_packages) $(root_packages)
	.ci/reproducible

# What is packed is the file for all real hosts, or with ARCH the one for that architecture.
packed = build/$(or $(ARCH),16)/$(MODULE)
make_packed = $(if $(ARCH),$(hosts)/cross-build $(ARCH),$(hosts)/build 16) $(packed)

deb: ## pack it for Debian, with its debug symbols in a package of their own: build/deb/*.deb [ARCH=arm64]
	@$(deps) $(build_packages) $(root_packages) $(deb_packages) $(if $(ARCH),$(arm64_packages))
	$(make_packed)
	$(if $(ARCH),dpkg-architecture -a$(ARCH) -f -c )$(packages)/deb $(packed) build/deb
	lintian --fail-on error,warning build/deb/*.deb

dist: ## pack it for systems that there is no package for: build/dist/*.tar.gz, with an install.sh [ARCH=arm64]
	@$(deps) $(build_packages) $(root_packages) $(dist_packages) $(if $(ARCH),$(arm64_packages))
	$(make_packed)
	$(packages)/dist $(packed) build/dist

rpm: dist ## pack what is in there as an RPM package: build/rpm/*.rpm [ARCH=arm64]
	@$(deps) $(rpm_packages)
	$(packages)/rpm build/dist/*-$(if $(ARCH),aarch64,$(shell uname -m))-linux-gnu.tar.gz build/rpm

# Where there is no cargo, and through sudo, where what it makes would be root's, what was built before is installed.
install: ## put the module into an Asterisk, keeping its C module: [MODULES_DIR=DIR] [DATA_DIR=DIR] [DESTDIR=DIR]
	@if [ -z "$$SUDO_USER" ] && command -v cargo > /dev/null; then $(MAKE) build; fi
	@test -e $(OUT) || { echo "$(OUT) is missing: run make build first" >&2; exit 1; }
	@$(packages)/install $(OUT)

uninstall: ## take it out again and put the C module back: [MODULES_DIR=DIR] [DATA_DIR=DIR] [DESTDIR=DIR]
	@$(packages)/install --undo
