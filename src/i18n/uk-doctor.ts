import type { DoctorTexts } from './doctor-command.ts';
import { pluralFor } from './plural.ts';

const plural = pluralFor('uk');
const rights = (path: string) => `chmod -R u=rwX,go= ${path}`;

export const ukDoctor: DoctorTexts = {
  usage: `npm run doctor [-- --json] [--listen СЕКУНДИ] [прапорці монітора]

Перевіряє це встановлення за власними налаштуваннями монітора (середовище, прапорці), зокрема під час його
роботи, і про кожну ваду повідомляє, що знайдено, що очікувалося та як це виправити. --listen: скільки чекати
на повідомлення пристрою (6). Код завершення: 0 — усе гаразд, 1 — є вади, 2 — перевірка не запустилася.`,
  check: {
    node: 'Node.js',
    configuration: 'Конфігурація',
    dataFolder: 'Тека даних і диск',
    journal: 'Журнал',
    accounts: 'Облікові записи',
    ports: 'Порти',
    certificates: 'Сертифікати й ключі',
    broker: 'Брокер MQTT',
    brokerQueue: 'Черга брокера',
    influx: 'InfluxDB',
    clock: 'Годинник',
    smtp: 'Поштовий сервер',
    identity: 'Публічна адреса й постачальник ідентифікації',
  },
  well: 'гаразд',
  unchecked: 'не перевірено',
  label: { found: 'знайдено', expected: 'очікувалося', remedy: 'що робити' },
  allWell: 'Усе гаразд.',
  findings: (count) =>
    `${count} ${plural(count, { one: 'вада', few: 'вади', many: 'вад', other: 'вади' })}`,
  note: {
    no_config_file: () => 'немає svitlo.yaml: жодного об’єкта не налаштовано',
    monitor_runs: () => 'монітор працює',
    data_new: ({ path }) => `${path} ще немає: теку створить перший запуск`,
    open_mode: () =>
      'облікових записів немає: сторінка відкривається лише на цьому комп’ютері, без входу',
    no_telemetry: ({ seconds }) =>
      `брокер доставляє, але за ${seconds} с не озвався жоден пристрій: чи є під’єднані?`,
    broker_unchecked: () =>
      'не вдалося перевірити: спершу усуньте те, що знайшла перевірка брокера',
    queue_unchecked: ({ topic }) =>
      `не вдалося перевірити: монітор не має права публікувати в ${topic}. Дозвольте це (ACL Mosquitto: «topic write ${topic}» під «user») або перегляньте max_queued_messages самі: типово Mosquitto зберігає лише 1000`,
    embedded_broker: () => 'не потрібно: SVITLO_MQTT_URL не задано, брокером є сам монітор',
    embedded_store: () => 'не потрібно: SVITLO_INFLUX_URL не задано, ряди зберігає сам монітор',
    clock_unchecked: () =>
      'порівняти немає з чим: жоден сервер тут не повідомляє час. Порівняйте самі: chronyc tracking',
    smtp_unset: () => 'SVITLO_SMTP_URL не задано: пошту надсилати нічим',
    not_run: () => 'не перевірено: налаштування не читаються',
  },
  finding: {
    timed_out: ({ seconds }) => ({
      found: `немає результату за ${seconds} с`,
      expected: 'відповідь, хоча б відмова',
      remedy:
        'Брандмауер, що відкидає пакети, або завислий сервер: перевірте шлях до нього й повторіть.',
    }),
    check_failed: ({ reason }) => ({
      found: `сама перевірка зазнала збою: ${reason}`,
      expected: 'результат',
      remedy: 'Повідомте про це, додавши вивід npm run doctor -- --json.',
    }),
    node_old: ({ version, needed }) => ({
      found: `Node.js ${version}`,
      expected: `Node.js ${needed}`,
      remedy: 'Встановіть цю версію або скористайтеся архівом випуску, у якому є власна.',
    }),
    config_invalid: ({ fault }) => ({
      found: fault,
      expected: 'налаштування й svitlo.yaml, з якими монітор запускається',
      remedy: 'Виправте це там; усі ключі є в docs/contract.md і svitlo.example.yaml.',
    }),
    data_folder_missing: ({ path }) => ({
      found: `${path} немає, і створити її не можна`,
      expected: 'тека для журналу та черги запису',
      remedy: `Виправте SVITLO_DATA_DIR або виконайте: install -d -m 0700 -o svitlo -g svitlo ${path}`,
    }),
    data_folder_unusable: ({ path, reason }) => ({
      found: `у ${path} не можна писати: ${reason}`,
      expected: 'тека, у яку пише монітор',
      remedy: `Віддайте її користувачеві монітора (chown -R svitlo: ${path}) або перевірте диск.`,
    }),
    data_folder_open: ({ path, mode }) => ({
      found: `${path} має права ${mode}`,
      expected: '0700: ніхто інший не повинен бачити, які об’єкти без світла',
      remedy: rights(path),
    }),
    data_files_open: ({ path, files }) => ({
      found: `відкриті для інших: ${files}`,
      expected: 'файли з правами 0600',
      remedy: rights(path),
    }),
    data_folder_in_use: ({ path }) => ({
      found: `${path} зайняв інший процес, а монітор на SVITLO_HTTP_PORT не відповідає`,
      expected: 'один монітор на теку',
      remedy: `Знайдіть процес (fuser -v ${path}/lock.db) і завершіть його або вкажіть іншу теку.`,
    }),
    disk_low: ({ path, freeMb, neededMb }) => ({
      found: `на диску теки ${path} вільно ${freeMb} МБ`,
      expected: `щонайменше ${neededMb} МБ (SVITLO_SPOOL_MIN_FREE_BYTES): нижче від пристроїв нічого не приймається`,
      remedy: 'Звільніть місце: спершу файли інших програм; ніколи не spool.db чи journal.db.',
    }),
    journal_damaged: ({ path, reason }) => ({
      found: `${path} не читається: ${reason}`,
      expected: 'журнал аварійних сигналів',
      remedy:
        'Відновіть його з резервної копії або перенесіть разом із -wal і -shm: аварійні сигнали почнуться заново.',
    }),
    journal_later: ({ path, version, known }) => ({
      found: `${path} має версію ${version}`,
      expected: `щонайбільше версія ${known}: файл записав новіший Svitlo`,
      remedy: 'Знову встановіть новіший Svitlo або відновіть копію, зроблену до оновлення.',
    }),
    accounts_damaged: ({ path, reason }) => ({
      found: `${path} не читається: ${reason}`,
      expected: 'облікові записи',
      remedy:
        'Відновіть файл із резервної копії або перенесіть разом із -wal і -shm і додайте облікові записи заново.',
    }),
    no_administrator: ({ setting }) => ({
      found: `${setting} впускає інших, а адмініструвати не може жоден обліковий запис`,
      expected: 'адміністратор, якого не вимкнено',
      remedy:
        'npm run user -- add ІМ’Я --role administrator; до того монітор має слухати лише 127.0.0.1.',
    }),
    port_taken: ({ setting, port }) => ({
      found: `порт ${port} слухає інша програма`,
      expected: 'вільний порт або сам монітор',
      remedy: `Знайдіть її (ss -ltnp 'sport = :${port}') і зупиніть або змініть ${setting}.`,
    }),
    port_unusable: ({ setting, port, reason }) => ({
      found: `порт ${port} не можна слухати: ${reason}`,
      expected: 'адреса цього комп’ютера та порт, доступний користувачеві монітора',
      remedy: `Виправте ${setting}; для порту, нижчого за 1024, поставте попереду проксі.`,
    }),
    certificate_unreadable: ({ file, reason }) => ({
      found: `${file}: ${reason}`,
      expected: 'файл PEM, який монітор може прочитати',
      remedy: 'Виправте шлях, права або сам файл.',
    }),
    certificate_expired: ({ file, at }) => ({
      found: `строк дії ${file} закінчився ${at}`,
      expected: 'чинний сертифікат',
      remedy:
        'Оновіть його: йому вже ніхто не довіряє. Пару для HTTPS монітор візьме без перезапуску.',
    }),
    certificate_expiring: ({ file, days }) => ({
      found: `строк дії ${file} закінчується за ${days} д`,
      expected: '30 днів і більше',
      remedy: 'Оновіть його зараз і з’ясуйте, чому він не оновився сам.',
    }),
    certificate_not_yet: ({ file, at }) => ({
      found: `${file} чинний лише з ${at}`,
      expected: 'сертифікат, чинний зараз',
      remedy: 'Перевірте годинник, потім сертифікат.',
    }),
    key_mismatch: ({ cert, key }) => ({
      found: `${key} — не ключ від ${cert}`,
      expected: 'пара: сертифікат і його ключ',
      remedy: 'Покладіть на місце обидва файли одного випуску.',
    }),
    key_open: ({ file, mode }) => ({
      found: `${file} має права ${mode}`,
      expected: 'приватний ключ, якого не можуть прочитати інші',
      remedy: `chmod o= ${file}`,
    }),
    broker_unreachable: ({ url, reason }) => ({
      found: `${url} не відповідає: ${reason}`,
      expected: 'брокер MQTT',
      remedy:
        'Запустіть брокер (systemctl status mosquitto); перевірте SVITLO_MQTT_URL, шлях і брандмауер.',
    }),
    broker_refused: ({ url, user }) => ({
      found: `${url} не впускає ${user}`,
      expected: 'ім’я користувача й пароль, які приймає брокер',
      remedy:
        'Виправте SVITLO_MQTT_USERNAME і SVITLO_MQTT_PASSWORD (або його файл) чи задайте пароль у брокері: mosquitto_passwd ФАЙЛ monitor.',
    }),
    broker_untrusted: ({ url, reason }) => ({
      found: `сертифікат ${url}: ${reason}`,
      expected: 'чинний сертифікат цього вузла, підписаний тим, кому довіряють',
      remedy: 'Оновіть сертифікат брокера або вкажіть, хто його підписав: SVITLO_MQTT_CA.',
    }),
    broker_subscription_refused: ({ filter, user }) => ({
      found: `брокер відмовляє ${user} у підписці на ${filter}`,
      expected: 'підписка на всі пристрої',
      remedy: `Дозвольте її у брокері: в ACL Mosquitto потрібно «topic read ${filter}» під «user ${user}».`,
    }),
    broker_delivers_nothing: ({ filter, user }) => ({
      found: `підписку на ${filter} надано, але опубліковане там повідомлення не надійшло`,
      expected: 'опубліковане надходить',
      remedy: `Брокер відсіює мовчки: в ACL Mosquitto потрібно «topic read ${filter}» під «user ${user}»; потім перезапустіть його.`,
    }),
    broker_nothing_heard: ({ filter, user, seconds }) => ({
      found: `підписку на ${filter} надано, але за ${seconds} с нічого не надійшло, а опублікувати пробне повідомлення ${user} не має права`,
      expected: 'повідомлення пристроїв',
      remedy: `ACL Mosquitto: чи є «topic read ${filter}» під «user ${user}»? Чи під’єднані пристрої? Це покаже mosquitto_sub -v -t '${filter}' від імені адміністратора.`,
    }),
    broker_no_retain: ({ url }) => ({
      found: `${url} не тримає збережених (retained) повідомлень`,
      expected: 'збережені стани пристроїв',
      remedy: 'Mosquitto: retain_available true (типове значення).',
    }),
    broker_queue_small: ({ kept, sent }) => ({
      found: `із ${sent} повідомлень для відсутнього сеансу брокер зберіг ${kept}`,
      expected: 'усі: те, що надходить без монітора, має чекати',
      remedy:
        'Mosquitto: max_queued_messages 100000000 і max_queued_bytes 2147483647, як у deploy/mosquitto/mosquitto.conf; перезапустіть його.',
    }),
    influx_unreachable: ({ origin, reason }) => ({
      found: `${origin} не відповідає: ${reason}`,
      expected: 'InfluxDB',
      remedy:
        'Запустіть її (systemctl status influxdb); перевірте SVITLO_INFLUX_URL, шлях і брандмауер.',
    }),
    influx_unauthorized: ({ user, reason }) => ({
      found: `InfluxDB не приймає ${user}: ${reason}`,
      expected: 'ім’я користувача й пароль, які вона приймає',
      remedy:
        'Виправте SVITLO_INFLUX_URL (або його файл), де @ : / % у паролі записано через %, чи задайте пароль: SET PASSWORD FOR …',
    }),
    influx_database_missing: ({ database }) => ({
      found: `бази даних ${database} немає`,
      expected: 'база даних для рядів',
      remedy: `CREATE DATABASE ${database}; якщо користувач — адміністратор InfluxDB, базу створить сам монітор під час запуску.`,
    }),
    influx_may_not_write: ({ user, database, reason }) => ({
      found: `${user} не має права писати в ${database}: ${reason}`,
      expected: 'право запису',
      remedy: `GRANT ALL ON ${database} TO ${user}`,
    }),
    influx_may_not_read: ({ user, database, reason }) => ({
      found: `${user} не має права читати ${database}: ${reason}`,
      expected: 'право читання — для графіків і зведень',
      remedy: `GRANT ALL ON ${database} TO ${user}`,
    }),
    influx_refuses: ({ origin, reason }) => ({
      found: `${origin} відмовляє в записі: ${reason}`,
      expected: 'запис, який приймають',
      remedy: 'У docs/operations.md є стани сховища й що робити в кожному.',
    }),
    influx_no_policy: ({ database }) => ({
      found: `${database} не має типової політики зберігання`,
      expected: 'така політика: без неї кожен запис відхиляється',
      remedy: `CREATE RETENTION POLICY autogen ON ${database} DURATION INF REPLICATION 1 DEFAULT`,
    }),
    influx_policy_short: ({ database, policy, retention }) => ({
      found: `InfluxDB видаляє в ${database} усе, старше за ${policy}`,
      expected: `щонайменше ${retention}, як у retention файлу svitlo.yaml`,
      remedy: `ALTER RETENTION POLICY … ON ${database} DURATION INF або скоротіть retention.`,
    }),
    clock_wrong: ({ seconds, source }) => ({
      found: `годинник цього комп’ютера розходиться з годинником ${source} на ${seconds} с`,
      expected: 'щонайбільше 5 с: знеструмлення рахують до секунди',
      remedy: 'З’ясуйте, який із двох хибний (chronyc tracking), і нехай обидва веде NTP.',
    }),
    clock_unsynchronized: () => ({
      found: 'система повідомляє, що її годинник не синхронізовано',
      expected: 'годинник, який веде NTP',
      remedy: 'timedatectl set-ntp true або встановіть chrony із сервером часу, досяжним звідси.',
    }),
    smtp_unreachable: ({ server, reason }) => ({
      found: `${server} не відповідає: ${reason}`,
      expected: 'поштовий сервер',
      remedy: 'Перевірте SVITLO_SMTP_URL, шлях і брандмауер.',
    }),
    smtp_refused: ({ server, reason }) => ({
      found: `${server} не впускає: ${reason}`,
      expected: 'ім’я користувача й пароль, які він приймає',
      remedy: 'Виправте їх у SVITLO_SMTP_URL; @ : / % у них записують через %.',
    }),
    smtp_untrusted: ({ server, reason }) => ({
      found: `немає надійного шифрування з ${server}: ${reason}`,
      expected: 'TLS (smtps або STARTTLS) із чинним сертифікатом',
      remedy: 'Оновіть його сертифікат або вкажіть вузол, який у ньому стоїть; увімкніть STARTTLS.',
    }),
    oidc_incomplete: ({ missing }) => ({
      found: `SVITLO_OIDC_ISSUER задано, а ${missing} — ні`,
      expected: 'клієнт, зареєстрований у постачальника ідентифікації',
      remedy: `Задайте ${missing} або приберіть SVITLO_OIDC_ISSUER.`,
    }),
    oidc_unreachable: ({ issuer, reason }) => ({
      found: `${issuer}/.well-known/openid-configuration: ${reason}`,
      expected: 'документ постачальника ідентифікації',
      remedy:
        'Перевірте SVITLO_OIDC_ISSUER і шлях; тим часом можна ввійти з локальним обліковим записом.',
    }),
    oidc_wrong_issuer: ({ issuer, told }) => ({
      found: `постачальник ідентифікації називає себе ${told}`,
      expected: `${issuer}, точно, до літери`,
      remedy: `SVITLO_OIDC_ISSUER=${told}`,
    }),
    public_url_plain: ({ url }) => ({
      found: `SVITLO_PUBLIC_URL — ${url}`,
      expected: 'https: через цю адресу передаються паролі й файли cookie',
      remedy:
        'Дайте сторінці сертифікат (SVITLO_TLS_CERT або проксі попереду) й укажіть адресу з https.',
    }),
  },
};
