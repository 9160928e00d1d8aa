#!/bin/sh
# install.sh | install.sh --undo: puts the module that lies beside this into the Asterisk of this machine, in the place of the
# C module, which is kept; or takes it out again. Where Asterisk's directories are not found, MODULES_DIR=DIR and DATA_DIR=DIR
# name them.
set -eu

die() { echo "install.sh: $*" >&2; exit 1; }

here=$(dirname "$0")
command -v bash > /dev/null || die "this takes bash, which this machine does not have"
[ "${1:-}" != --undo ] || exec bash "$here/share/packages/install" --undo
[ $# = 0 ] || die "there is '--undo' and nothing else to ask for"

[ "$(uname -m)" = @MACHINE@ ] || die "this module is for machines of kind @MACHINE@, and this one is of kind $(uname -m)"
# Others have no such word: musl, which is Alpine's C library, cannot load what is linked with glibc.
glibc=$(getconf GNU_LIBC_VERSION 2> /dev/null) ||
    die "this module is for Linux with glibc, and the C library of this system is another (Alpine's is musl)"
[ "$(getconf LONG_BIT)" = 64 ] || die "this module is for 64 bits, and the programs of this system have $(getconf LONG_BIT)"
older=$(printf '%s\n' "${glibc#glibc }" @GLIBC@ | sort -V | head -n 1)
[ "$older" = @GLIBC@ ] || die "this module needs glibc @GLIBC@ or newer, and this system has ${glibc#glibc }"

exec bash "$here/share/packages/install" "$here/res_pjsip_phoneprov_provider.so"
