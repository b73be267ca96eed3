#!/usr/bin/env bash
# Installs this release beside others, without a network. Configuration and data that are there stay.
#   ./install.sh [--prefix DIR] [--etc DIR] [--var DIR] [--backups DIR] [--unit-dir DIR] [--link DIR] [--user NAME]
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/deploy/release/lib.sh"

PREFIX=/opt/svitlo ETC=/etc/svitlo VAR=/var/lib/svitlo BACKUPS=/var/backups/svitlo
UNIT_DIR=/etc/systemd/system LINK=/usr/local/bin SERVICE_USER=svitlo
while (($# > 0)); do
  (($# > 1)) || fail "$1: expected a value"
  case $1 in
    --prefix) PREFIX=$2 ;;
    --etc) ETC=$2 ;;
    --var) VAR=$2 ;;
    --backups) BACKUPS=$2 ;;
    --unit-dir) UNIT_DIR=$2 ;;
    --link) LINK=$2 ;;
    --user) SERVICE_USER=$2 ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done

verify_release "$here"
version=$(version_of "$here")
[[ $(uname -sm) == "$(cat "$here/PLATFORM")" ]] || fail "made for $(cat "$here/PLATFORM")"

if ! id "$SERVICE_USER" >/dev/null 2>&1; then
  useradd --system --user-group --home-dir "$VAR" --no-create-home --shell /usr/sbin/nologin "$SERVICE_USER"
fi
group=$(id -gn "$SERVICE_USER")
owner=()
if [[ $(id -u) == 0 ]]; then owner=(-o "$SERVICE_USER" -g "$group"); fi

install -d -m 0755 "$PREFIX" "$PREFIX/releases"
install -d -m 0700 "${owner[@]}" "$VAR" "$BACKUPS"
# The service reads its configuration, and does not write it.
install -d -m 0750 "$ETC" "$ETC/secrets"
keep() { # FILE SOURCE: only where there is none yet
  if [[ ! -e $1 ]]; then install -m 0640 "$2" "$1"; fi
}
keep "$ETC/svitlo.yaml" "$here/deploy/release/svitlo.yaml"
keep "$ETC/svitlo.env" "$here/deploy/release/svitlo.env"
if [[ $(id -u) == 0 ]]; then chgrp "$group" "$ETC" "$ETC/secrets" "$ETC/svitlo.yaml" "$ETC/svitlo.env"; fi

printf '%s=%q\n' ETC "$ETC" VAR "$VAR" BACKUPS "$BACKUPS" SERVICE_USER "$SERVICE_USER" \
  UNIT_DIR "$UNIT_DIR" >"$PREFIX/.install.conf.new"
mv "$PREFIX/.install.conf.new" "$PREFIX/install.conf"

put_release "$here" "$version"
before=$(current_version || true)
if [[ -n $before && $before != "$version" ]]; then point previous "$before"; fi
switch_to "$version"
if [[ -n $LINK ]]; then ln -sfn "$PREFIX/current/bin/svitlo" "$LINK/svitlo"; fi

say "$version is in $PREFIX/releases/$version. Next:"
say "  settings  $ETC/svitlo.env, sites in $ETC/svitlo.yaml"
say "  check     $PREFIX/current/bin/svitlo doctor"
say "  start     systemctl enable --now svitlo"
