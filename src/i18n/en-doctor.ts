import type { DoctorTexts } from './doctor-command.ts';
import { pluralFor } from './plural.ts';

const plural = pluralFor('en');

const rights = (path: string) => `chmod -R u=rwX,go= ${path}`;

export const enDoctor: DoctorTexts = {
  usage: `npm run doctor [-- --json] [--listen SECONDS] [flags of the monitor]

Checks this installation with the monitor's own settings (environment, flags), also while the monitor
runs, and says of each fault what was found, what was expected and what mends it. --listen: how long it
waits for a device's message (6). Exit status: 0 all is well, 1 there are findings, 2 it could not run.`,
  check: {
    node: 'Node.js',
    configuration: 'Configuration',
    dataFolder: 'Data folder and disk',
    journal: 'Journal',
    accounts: 'Accounts',
    ports: 'Ports',
    certificates: 'Certificates and keys',
    broker: 'MQTT broker',
    brokerQueue: 'Queue of the broker',
    influx: 'InfluxDB',
    clock: 'Clock',
    smtp: 'Mail server',
    identity: 'Public address and identity provider',
  },
  well: 'well',
  unchecked: 'not checked',
  label: { found: 'found', expected: 'expected', remedy: 'remedy' },
  allWell: 'All is well.',
  findings: (count) => plural(count, { one: '1 finding', other: `${count} findings` }),
  note: {
    no_config_file: () => 'no svitlo.yaml: no site is configured',
    monitor_runs: () => 'the monitor is running',
    data_new: ({ path }) => `${path} is not there yet: the first start makes it`,
    open_mode: () => 'no accounts: the page opens on this machine alone, without a sign-in',
    no_telemetry: ({ seconds }) =>
      `the broker delivers, but no device was heard within ${seconds} s: is one connected?`,
    broker_unchecked: () => 'could not be checked: mend first what the check of the broker found',
    queue_unchecked: ({ topic }) =>
      `could not be checked: the monitor may not publish to ${topic}. Allow it (Mosquitto's ACL: "topic write ${topic}" below "user"), or look at max_queued_messages by hand: Mosquitto's default keeps 1,000 alone`,
    embedded_broker: () =>
      'not needed: SVITLO_MQTT_URL is not set, the monitor is the broker itself',
    embedded_store: () =>
      'not needed: SVITLO_INFLUX_URL is not set, the monitor keeps the series itself',
    clock_unchecked: () =>
      'could not be compared: no server here tells the time. Compare by hand: chronyc tracking',
    smtp_unset: () => 'SVITLO_SMTP_URL is not set: no mail can be sent',
    not_run: () => 'not checked: the settings cannot be read',
  },
  finding: {
    timed_out: ({ seconds }) => ({
      found: `no result within ${seconds} s`,
      expected: 'an answer, if only a refusal',
      remedy:
        'A firewall that drops packets, or a server that hangs: look at the way to it, then again.',
    }),
    check_failed: ({ reason }) => ({
      found: `the check itself failed: ${reason}`,
      expected: 'a result',
      remedy: 'Report this with the output of npm run doctor -- --json.',
    }),
    node_old: ({ version, needed }) => ({
      found: `Node.js ${version}`,
      expected: `Node.js ${needed}`,
      remedy: 'Install that version, or use the release archive, which brings its own.',
    }),
    config_invalid: ({ fault }) => ({
      found: fault,
      expected: 'settings and a svitlo.yaml that the start takes',
      remedy: 'Correct it there; docs/contract.md and svitlo.example.yaml have every key.',
    }),
    data_folder_missing: ({ path }) => ({
      found: `${path} is not there, and cannot be made`,
      expected: 'a folder for journal and spool',
      remedy: `Correct SVITLO_DATA_DIR, or: install -d -m 0700 -o svitlo -g svitlo ${path}`,
    }),
    data_folder_unusable: ({ path, reason }) => ({
      found: `${path} cannot be written: ${reason}`,
      expected: 'a folder in which the monitor writes',
      remedy: `Give it to the monitor's user (chown -R svitlo: ${path}), or look at the disk.`,
    }),
    data_folder_open: ({ path, mode }) => ({
      found: `${path} has the mode ${mode}`,
      expected: '0700: nobody else may read which crossings are dark',
      remedy: rights(path),
    }),
    data_files_open: ({ path, files }) => ({
      found: `open to others: ${files}`,
      expected: 'files of mode 0600',
      remedy: rights(path),
    }),
    data_folder_in_use: ({ path }) => ({
      found: `another process holds ${path}, and no monitor answers on SVITLO_HTTP_PORT`,
      expected: 'one monitor a folder',
      remedy: `Find it (fuser -v ${path}/lock.db) and end it, or name another folder.`,
    }),
    disk_low: ({ path, freeMb, neededMb }) => ({
      found: `${freeMb} MB free on the disk of ${path}`,
      expected: `${neededMb} MB (SVITLO_SPOOL_MIN_FREE_BYTES) and more: below it nothing is taken from devices`,
      remedy: 'Free space: other programs’ files first; never spool.db or journal.db.',
    }),
    journal_damaged: ({ path, reason }) => ({
      found: `${path} cannot be read: ${reason}`,
      expected: 'the journal of alarms',
      remedy:
        'Restore it from a backup, or move it away with its -wal and -shm: alarms then begin anew.',
    }),
    journal_later: ({ path, version, known }) => ({
      found: `${path} has version ${version}`,
      expected: `version ${known} at most: a later Svitlo wrote it`,
      remedy: 'Install the later Svitlo again, or restore the backup from before the upgrade.',
    }),
    accounts_damaged: ({ path, reason }) => ({
      found: `${path} cannot be read: ${reason}`,
      expected: 'the accounts',
      remedy:
        'Restore it from a backup, or move it away with its -wal and -shm and add accounts anew.',
    }),
    no_administrator: ({ setting }) => ({
      found: `${setting} lets others in, and no account can administer`,
      expected: 'an administrator who is not disabled',
      remedy: 'npm run user -- add NAME --role administrator; until then listen on 127.0.0.1.',
    }),
    port_taken: ({ setting, port }) => ({
      found: `another program listens on port ${port}`,
      expected: 'a free port, or the monitor itself',
      remedy: `Find it (ss -ltnp 'sport = :${port}') and stop it, or change ${setting}.`,
    }),
    port_unusable: ({ setting, port, reason }) => ({
      found: `port ${port} cannot be listened on: ${reason}`,
      expected: 'an address of this machine and a port that its user may take',
      remedy: `Correct ${setting}; below 1024 put a proxy in front.`,
    }),
    certificate_unreadable: ({ file, reason }) => ({
      found: `${file}: ${reason}`,
      expected: 'a file in PEM that the monitor may read',
      remedy: 'Correct the path, the rights or the file.',
    }),
    certificate_expired: ({ file, at }) => ({
      found: `${file} expired ${at}`,
      expected: 'a certificate that is valid',
      remedy: 'Renew it: nobody trusts it any more. The HTTPS pair is taken without a restart.',
    }),
    certificate_expiring: ({ file, days }) => ({
      found: `${file} expires in ${days} d`,
      expected: '30 days and more',
      remedy: 'Renew it now, and find out why it was not renewed by itself.',
    }),
    certificate_not_yet: ({ file, at }) => ({
      found: `${file} is valid from ${at} on`,
      expected: 'a certificate that is valid now',
      remedy: 'Check the clock, then the certificate.',
    }),
    key_mismatch: ({ cert, key }) => ({
      found: `${key} is not the key of ${cert}`,
      expected: 'a certificate and its own key',
      remedy: 'Put both files of one issue in place.',
    }),
    key_open: ({ file, mode }) => ({
      found: `${file} has the mode ${mode}`,
      expected: 'a private key that others cannot read',
      remedy: `chmod o= ${file}`,
    }),
    broker_unreachable: ({ url, reason }) => ({
      found: `no answer from ${url}: ${reason}`,
      expected: 'an MQTT broker',
      remedy:
        'Start the broker (systemctl status mosquitto); check SVITLO_MQTT_URL, the way and the firewall.',
    }),
    broker_refused: ({ url, user }) => ({
      found: `${url} does not let ${user} in`,
      expected: 'a user and password that the broker takes',
      remedy:
        'Correct SVITLO_MQTT_USERNAME and SVITLO_MQTT_PASSWORD (or its file), or set the password in the broker: mosquitto_passwd FILE monitor.',
    }),
    broker_untrusted: ({ url, reason }) => ({
      found: `the certificate of ${url}: ${reason}`,
      expected: 'a valid certificate of that host, signed by somebody who is trusted',
      remedy: 'Renew the broker’s certificate, or name who signed it: SVITLO_MQTT_CA.',
    }),
    broker_subscription_refused: ({ filter, user }) => ({
      found: `the broker refuses ${user} the subscription to ${filter}`,
      expected: 'a subscription to every device',
      remedy: `Allow it in the broker: Mosquitto's ACL needs "topic read ${filter}" below "user ${user}".`,
    }),
    broker_delivers_nothing: ({ filter, user }) => ({
      found: `the subscription to ${filter} was granted, but a message published there did not arrive`,
      expected: 'what is published arrives',
      remedy: `The broker filters silently: Mosquitto's ACL needs "topic read ${filter}" below "user ${user}"; then restart or reload it.`,
    }),
    broker_nothing_heard: ({ filter, user, seconds }) => ({
      found: `the subscription to ${filter} was granted, but nothing arrived within ${seconds} s, and ${user} may not publish a message to try it`,
      expected: 'messages of devices',
      remedy: `Mosquitto's ACL: is "topic read ${filter}" below "user ${user}"? Are devices connected? mosquitto_sub -v -t '${filter}' as an administrator shows it.`,
    }),
    broker_no_retain: ({ url }) => ({
      found: `${url} keeps no retained messages`,
      expected: 'retained states of devices',
      remedy: 'Mosquitto: retain_available true (the default).',
    }),
    broker_queue_small: ({ kept, sent }) => ({
      found: `of ${sent} messages for a session that was away the broker kept ${kept}`,
      expected: 'all of them: what comes while the monitor is away must wait',
      remedy:
        'Mosquitto: max_queued_messages 100000000 and max_queued_bytes 2147483647, as deploy/mosquitto/mosquitto.conf has them; restart it.',
    }),
    influx_unreachable: ({ origin, reason }) => ({
      found: `no answer from ${origin}: ${reason}`,
      expected: 'an InfluxDB',
      remedy:
        'Start it (systemctl status influxdb); check SVITLO_INFLUX_URL, the way and the firewall.',
    }),
    influx_unauthorized: ({ user, reason }) => ({
      found: `InfluxDB does not take ${user}: ${reason}`,
      expected: 'a user and password that it takes',
      remedy:
        'Correct SVITLO_INFLUX_URL (or its file), with @ : / % in the password percent-encoded, or set it: SET PASSWORD FOR …',
    }),
    influx_database_missing: ({ database }) => ({
      found: `the database ${database} is not there`,
      expected: 'a database for the series',
      remedy: `CREATE DATABASE ${database}; a user who is administrator of InfluxDB lets the monitor make it at its start.`,
    }),
    influx_may_not_write: ({ user, database, reason }) => ({
      found: `${user} may not write to ${database}: ${reason}`,
      expected: 'the right to write',
      remedy: `GRANT ALL ON ${database} TO ${user}`,
    }),
    influx_may_not_read: ({ user, database, reason }) => ({
      found: `${user} may not read ${database}: ${reason}`,
      expected: 'the right to read, for charts and rollups',
      remedy: `GRANT ALL ON ${database} TO ${user}`,
    }),
    influx_refuses: ({ origin, reason }) => ({
      found: `${origin} refuses a write: ${reason}`,
      expected: 'a write that is taken',
      remedy: 'docs/operations.md lists the states of the store and what each asks.',
    }),
    influx_no_policy: ({ database }) => ({
      found: `${database} has no default retention policy`,
      expected: 'one: without it every write is refused',
      remedy: `CREATE RETENTION POLICY autogen ON ${database} DURATION INF REPLICATION 1 DEFAULT`,
    }),
    influx_policy_short: ({ database, policy, retention }) => ({
      found: `InfluxDB deletes what is older than ${policy} in ${database}`,
      expected: `at least the ${retention} of retention in svitlo.yaml`,
      remedy: `ALTER RETENTION POLICY … ON ${database} DURATION INF, or shorten retention.`,
    }),
    clock_wrong: ({ seconds, source }) => ({
      found: `this machine's clock differs from that of ${source} by ${seconds} s`,
      expected: '5 s at most: outages are told by the second',
      remedy: 'Find out which of the two is wrong (chronyc tracking), and let NTP set both.',
    }),
    clock_unsynchronized: () => ({
      found: 'the system says that its clock is not synchronized',
      expected: 'a clock that NTP keeps',
      remedy:
        'timedatectl set-ntp true, or install chrony, with a time server that is reachable from here.',
    }),
    smtp_unreachable: ({ server, reason }) => ({
      found: `no answer from ${server}: ${reason}`,
      expected: 'a mail server',
      remedy: 'Check SVITLO_SMTP_URL, the way and the firewall.',
    }),
    smtp_refused: ({ server, reason }) => ({
      found: `${server} does not let us in: ${reason}`,
      expected: 'a user and password that it takes',
      remedy: 'Correct user and password in SVITLO_SMTP_URL, with @ : / % in them percent-encoded.',
    }),
    smtp_untrusted: ({ server, reason }) => ({
      found: `no trusted encryption with ${server}: ${reason}`,
      expected: 'TLS (smtps, or STARTTLS) with a valid certificate',
      remedy: 'Renew its certificate, or name the host that stands in it; let it offer STARTTLS.',
    }),
    oidc_incomplete: ({ missing }) => ({
      found: `SVITLO_OIDC_ISSUER is set, ${missing} is not`,
      expected: 'the client that the identity provider knows',
      remedy: `Set ${missing}, or unset SVITLO_OIDC_ISSUER.`,
    }),
    oidc_unreachable: ({ issuer, reason }) => ({
      found: `${issuer}/.well-known/openid-configuration: ${reason}`,
      expected: 'the identity provider’s discovery document',
      remedy: 'Check SVITLO_OIDC_ISSUER and the way; local accounts can sign in meanwhile.',
    }),
    oidc_wrong_issuer: ({ issuer, told }) => ({
      found: `the identity provider calls itself ${told}`,
      expected: `${issuer}, letter by letter`,
      remedy: `SVITLO_OIDC_ISSUER=${told}`,
    }),
    public_url_plain: ({ url }) => ({
      found: `SVITLO_PUBLIC_URL is ${url}`,
      expected: 'https: passwords and cookies go over it',
      remedy:
        'Give the page a certificate (SVITLO_TLS_CERT, or a proxy in front) and name it with https.',
    }),
  },
};
