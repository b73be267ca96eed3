#!/usr/bin/env bash
# svitlo rollback: the release before this one. Data stay as they are.
set -euo pipefail
release=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
PREFIX=$(dirname "$(dirname "$release")")
. "$release/deploy/release/lib.sh"
load_places

(($# == 0)) || fail "expected svitlo rollback"
[[ -L $PREFIX/previous ]] || fail "there is no release to go back to"
now=$(current_version)
before=$(basename "$(readlink "$PREFIX/previous")")
verify_release "$PREFIX/releases/$before"
stop_service
switch_to "$before"
point previous "$now"
start_service
wait_healthy || fail "$before does not answer: look at the log; svitlo rollback brings $now back"
say "$before runs; svitlo rollback brings $now back"
