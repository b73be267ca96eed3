#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml names, in deploy/secrets; keeps those that exist.
# Needs mosquitto_passwd (Debian: mosquitto). docs/operations.md tells who may read what.
set -euo pipefail
umask 077
mkdir -p "${SVITLO_SECRETS_DIR:=$(dirname "${BASH_SOURCE[0]}")/secrets}"
cd "$SVITLO_SECRETS_DIR"

# The folder keeps the host's other users out; a container's own user must be able to read its file.
put() {
  if [[ -e $1 ]]; then
    echo "kept     $1"
  else
    cat >"$1"
    chmod 0444 "$1"
    echo "created  $1"
  fi
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

for name in mqtt_password influxdb_password influxdb_read_password grafana_password; do
  random | put "$name"
done
printf 'http://svitlo:%s@127.0.0.1:8086/svitlo' "$(<influxdb_password)" | put influx_url

if [[ ! -e mosquitto_passwd ]]; then
  printf 'monitor:%s\n' "$(<mqtt_password)" >mosquitto_passwd.new
  mosquitto_passwd -U mosquitto_passwd.new
  put mosquitto_passwd <mosquitto_passwd.new
  rm mosquitto_passwd.new
fi
# Mosquitto asks that its password file be its own user's alone; only root can give it away.
if [[ $(id -u) == 0 ]]; then
  chown 1883:1883 mosquitto_passwd
  chmod 0400 mosquitto_passwd
fi
