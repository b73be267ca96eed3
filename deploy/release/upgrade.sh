#!/usr/bin/env bash
# svitlo upgrade ARCHIVE: checks it, backs the data up, installs beside, switches, and goes back by
# itself where the new release does not answer.
set -euo pipefail
release=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
PREFIX=$(dirname "$(dirname "$release")")
. "$release/deploy/release/lib.sh"
load_places

(($# == 1)) || fail "expected svitlo upgrade ARCHIVE"
archive=$(readlink -f "$1")
[[ -f $archive ]] || fail "$1 is not there"
if [[ -f $archive.sha256 ]]; then
  (cd "$(dirname "$archive")" && sha256sum --check --quiet --strict "$archive.sha256") ||
    fail "$archive is not what its .sha256 names"
fi

unpacked=$(mktemp -d "$PREFIX/releases/.unpacked.XXXXXX")
trap 'rm -rf "$unpacked"' EXIT
tar -xzf "$archive" -C "$unpacked" --no-same-owner --strip-components=1
verify_release "$unpacked"
old=$(current_version)
new=$(version_of "$unpacked")
[[ $new != "$old" ]] || fail "$new is the running one"

if [[ -f $release/src/command/backup.ts && -f $VAR/journal.db ]]; then
  backup="$BACKUPS/before-$new-$(date +%Y%m%dT%H%M%S)"
  say "backing up to $backup"
  "$PREFIX/current/bin/svitlo" backup "$backup" || fail "no backup, no upgrade: $old goes on"
fi

put_release "$unpacked" "$new"
stop_service
switch_to "$new"
if start_service && wait_healthy; then
  point previous "$old"
  # Those two stay.
  for folder in "$PREFIX"/releases/*; do
    case $(basename "$folder") in "$old" | "$new") ;; *) rm -rf "$folder" ;; esac
  done
  say "$new runs; svitlo rollback brings $old back"
  exit 0
fi

say "$new does not answer: back to $old" >&2
stop_service || true
switch_to "$old"
start_service
wait_healthy || fail "$old does not answer either: look at the log"
rm -rf "$PREFIX/releases/$new"
fail "$old runs again; $new did not become healthy"
