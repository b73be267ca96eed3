#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml names, in deploy/secrets; keeps those that exist.
# Needs mosquitto_passwd (Debian: mosquitto). docs/operations.md tells who may read what.
set -euo pipefail
umask 077
mkdir -p "${SVITLO_SECRETS_DIR:=$(dirname "${BASH_SOURCE[0]}")/secrets}"
cd "$SVITLO_SECRETS_DIR"

# The folder keeps the host's other users out; a container's own user must be able to read its file.
put() { # NAME COMMAND…: the command's output becomes the secret, unless it exists.
  if [[ -e $1 ]]; then
    echo "kept     $1"
  else
    "${@:2}" >"$1"
    chmod 0444 "$1"
    echo "created  $1"
  fi
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
influx_url() { printf 'http://svitlo:%s@127.0.0.1:8086/svitlo' "$(<influxdb_password)"; }
monitor_user() {
  printf 'monitor:%s\n' "$(<mqtt_password)" >mosquitto_passwd.new
  mosquitto_passwd -U mosquitto_passwd.new
  cat mosquitto_passwd.new
  rm mosquitto_passwd.new
}

for name in mqtt_password influxdb_password influxdb_read_password grafana_password; do
  put "$name" random
done
put influx_url influx_url
# Stands for a token until there are accounts; then one is written over it.
put metrics_token echo no-token-yet
chmod 0644 metrics_token
put mosquitto_passwd monitor_user

# Mosquitto asks that its password file be its own user's alone; only root can give it away.
if [[ $(id -u) == 0 ]]; then
  chown 1883:1883 mosquitto_passwd
  chmod 0400 mosquitto_passwd
fi
