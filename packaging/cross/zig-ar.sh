#!/bin/sh
# The archiver that goes with zig-cc.sh.
exec "${ORIOLE_ZIG:?is set by the file that packaging/cross/toolchain.sh names}" ar "$@"
