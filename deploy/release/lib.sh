# Sourced by the scripts beside it, which set PREFIX: where the releases lie.

# What install.sh noted: ETC VAR BACKUPS SERVICE_USER UNIT_DIR
load_places() {
  # shellcheck source=/dev/null
  . "$PREFIX/install.conf"
}

say() { printf 'svitlo: %s\n' "$*"; }
fail() {
  printf 'svitlo: %s\n' "$*" >&2
  exit 1
}

# Every file of the release is as it was packed, and there is no other.
verify_release() { # FOLDER
  (
    cd "$1"
    [[ -f SHA256SUMS ]] || fail "$1 has no SHA256SUMS: it is no release"
    sha256sum --check --quiet --strict SHA256SUMS || fail "$1: files are damaged or missing"
    local listed found
    listed=$(wc -l <SHA256SUMS)
    found=$(find . ! -type d ! -path ./SHA256SUMS | wc -l)
    ((listed == found)) || fail "$1: $found files, expected the $listed of SHA256SUMS"
  )
}

version_of() { # FOLDER
  cat "$1/VERSION"
}

# Beside those that are there: nobody sees half of it.
put_release() { # FOLDER VERSION
  local to="$PREFIX/releases/$2"
  if [[ -e $to ]]; then
    cmp -s "$1/SHA256SUMS" "$to/SHA256SUMS" || fail "another build of $2 is installed in $to"
    verify_release "$to"
    return
  fi
  rm -rf "$PREFIX/releases/.new"
  cp -R "$1" "$PREFIX/releases/.new"
  chmod -R u=rwX,go=rX "$PREFIX/releases/.new"
  if [[ $(id -u) == 0 ]]; then chown -R 0:0 "$PREFIX/releases/.new"; fi
  mv -T "$PREFIX/releases/.new" "$to"
}

current_version() {
  [[ -L $PREFIX/current ]] && basename "$(readlink "$PREFIX/current")"
}

# One rename: at no moment is there none.
point() { # NAME VERSION
  ln -sfn "releases/$2" "$PREFIX/.$1.new"
  mv -T "$PREFIX/.$1.new" "$PREFIX/$1"
}

switch_to() { # VERSION
  point current "$1"
  put_unit
}

put_unit() {
  [[ -n $UNIT_DIR ]] || return 0
  sed -e "s|/opt/svitlo/|$PREFIX/|g" -e "s|/etc/svitlo/|$ETC/|g" -e "s|/var/lib/svitlo|$VAR|g" \
    -e "s|^User=.*|User=$SERVICE_USER|" -e "s|^Group=.*|Group=$SERVICE_USER|" \
    "$PREFIX/current/deploy/svitlo.service" >"$UNIT_DIR/.svitlo.service.new"
  mv "$UNIT_DIR/.svitlo.service.new" "$UNIT_DIR/svitlo.service"
  if [[ -d /run/systemd/system ]]; then systemctl daemon-reload; fi
}

# Another init than systemd: commands of its own.
start_service() { bash -c "${SVITLO_SERVICE_START:-systemctl start svitlo}"; }
stop_service() { bash -c "${SVITLO_SERVICE_STOP:-systemctl stop svitlo}"; }

# It answers, and two seconds later it still does.
wait_healthy() {
  local until=$((SECONDS + ${SVITLO_HEALTH_SECONDS:-60}))
  while ((SECONDS < until)); do
    if is_healthy && sleep 2 && is_healthy; then return 0; fi
    sleep 0.5
  done
  return 1
}
is_healthy() { "$PREFIX/current/bin/svitlo" health; }
