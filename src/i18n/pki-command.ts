import type { Language } from './language.ts';

type Fault =
  | 'no_authority'
  | 'authority_exists'
  | 'exists'
  | 'no_device'
  | 'name_too_long'
  | 'bad_name'
  | 'bad_host'
  | 'nothing_to_revoke'
  | 'unreadable';

/** What `npm run pki` says; the page does not need it, so it is in no catalogue. */
interface PkiTexts {
  usage: string;
  fault: Record<Fault, (about: string) => string>;
  written: (cert: string, key: string, until: string) => string;
  /** The next step after each order; `folder` is that of the authority. */
  next: {
    init: (folder: string) => string;
    server: (folder: string) => string;
    device: (folder: string) => string;
    client: (folder: string) => string;
  };
  password: (id: string, password: string) => string;
  revoked: (id: string, certificates: string, hasPassword: boolean) => string;
  empty: (folder: string) => string;
  columns: readonly [string, string, string, string];
  type: Record<'server' | 'device' | 'client' | 'password', string>;
  state: { revoked: (at: string) => string; expired: string; valid: string };
}

export const PKI_TEXTS: Readonly<Record<Language, PkiTexts>> = {
  en: {
    usage: `npm run pki -- COMMAND [--pki FOLDER] [--data FOLDER] [--renew]

  init [--name NAME]         make the private authority (10 years) and its list of what is revoked
  server HOST…               a certificate for the broker: every name and address it is reached by
  device SITE/KIND/DEVICE…   a certificate for a device, with which it publishes as itself alone
  client NAME                a certificate for a program; the monitor's is named monitor
  password SITE/KIND/DEVICE  a random password for a device, shown once
  revoke ID                  revoke the certificates and password of a device or client
  list                       what was issued, until when, and what is revoked

The folder is that of SVITLO_BROKER_PKI, or pki in the data folder, unless told. Nothing that is there is
replaced without --renew. Exit status: 0 done, 1 refused, 2 usage.`,
    fault: {
      no_authority: (folder) => `${folder} has no authority yet: npm run pki -- init`,
      authority_exists: (file) =>
        `${file} is there already. A new authority ends the trust in every certificate of the old one; if that is wanted: --renew`,
      exists: (about) => `${about} is there already. To replace it: --renew`,
      no_device: (id) =>
        `${id}: expected SITE/KIND/DEVICE as in the device's topic, such as krakivets/ups/ups-1; KIND is ups, scanner or power`,
      name_too_long: (id) =>
        `${id}: a certificate's name has at most 64 characters (X.520). Give the device a password instead: npm run pki -- password ${id}`,
      bad_name: (name) =>
        `"${name}": expected a name; of a client 1–63 of a–z, 0–9, "-", "." and "_", of an authority at most 64 characters`,
      bad_host: (host) =>
        `"${host}": expected host names or IP addresses, such as broker.example 10.0.0.5`,
      nothing_to_revoke: (id) =>
        `${id} has neither a certificate nor a password; npm run pki -- list shows who has`,
      unreadable: (file) => `${file} cannot be used: restore it from a backup`,
    },
    written: (cert, key, until) =>
      `Certificate: ${cert}\nKey:         ${key}\nValid until: ${until}`,
    next: {
      init: (folder) => `Keep ca.key to yourself: who has it can be any device.
Next: npm run pki -- server HOST…, with every name and address that devices reach the broker by.
Mosquitto takes from ${folder}: cafile ca.pem, crlfile crl.pem.`,
      server: (folder) => `The embedded broker: SVITLO_BROKER_PKI=${folder}
Mosquitto: certfile server.pem, keyfile server.key, cafile ca.pem, crlfile crl.pem,
require_certificate true, use_identity_as_username true; deploy/mosquitto/tls.conf shows the listener.
Next: npm run pki -- device SITE/KIND/DEVICE for each device, npm run pki -- client monitor for Svitlo.`,
      device: (
        folder,
      ) => `Copy the certificate, its key and ${folder}/ca.pem to the device, by a way that nobody
else can read; it connects with TLS and needs no user or password.`,
      client: (folder) =>
        `Svitlo takes it as SVITLO_MQTT_CERT and SVITLO_MQTT_KEY, with SVITLO_MQTT_CA=${folder}/ca.pem.`,
    },
    password: (id, password) => `User:     ${id}
Password: ${password}
Write it into the device now: it is shown this once, and only its hash is kept.`,
    revoked: (id, certificates, hasPassword) =>
      `${id}: certificates revoked: ${certificates}${hasPassword ? '; its password is gone' : ''}.
The embedded broker follows within seconds. Mosquitto: copy crl.pem anew and restart it; SIGHUP alone
leaves those connected who are.`,
    empty: (folder) => `Nothing has been issued in ${folder}.`,
    columns: ['id', 'type', 'valid until', 'state'],
    type: { server: 'server', device: 'device', client: 'client', password: 'password' },
    state: { revoked: (at) => `revoked ${at}`, expired: 'expired', valid: 'valid' },
  },
  uk: {
    usage: `npm run pki -- КОМАНДА [--pki ТЕКА] [--data ТЕКА] [--renew]

  init [--name НАЗВА]          створити власний центр сертифікації (10 років) і список відкликаних сертифікатів
  server ХОСТ…                 сертифікат брокера з усіма іменами й адресами, за якими до нього звертаються
  device ОБ’ЄКТ/ВИД/ПРИСТРІЙ…  сертифікат пристрою, з яким він публікує лише від свого імені
  client НАЗВА                 сертифікат програми; сертифікат монітора зветься monitor
  password ОБ’ЄКТ/ВИД/ПРИСТРІЙ випадковий пароль пристрою, показується один раз
  revoke ІДЕНТИФІКАТОР         відкликати сертифікати й скасувати пароль пристрою чи програми
  list                         що видано, до якого часу і що відкликано

Без --pki береться тека з SVITLO_BROKER_PKI або pki в теці даних. Без --renew ніщо наявне не замінюється.
Код завершення: 0 — зроблено, 1 — відмовлено, 2 — хибний виклик.`,
    fault: {
      no_authority: (folder) => `У ${folder} ще немає центру сертифікації: npm run pki -- init`,
      authority_exists: (file) =>
        `${file} уже є. Новий центр скасовує довіру до всіх сертифікатів попереднього; якщо це потрібно: --renew`,
      exists: (about) => `${about} уже є. Щоб замінити: --renew`,
      no_device: (id) =>
        `${id}: очікується ОБ’ЄКТ/ВИД/ПРИСТРІЙ, як у темі пристрою, наприклад krakivets/ups/ups-1; ВИД — ups, scanner або power`,
      name_too_long: (id) =>
        `${id}: ім’я в сертифікаті має щонайбільше 64 символи (X.520). Дайте пристрою пароль: npm run pki -- password ${id}`,
      bad_name: (name) =>
        `«${name}»: очікується назва; для програми 1–63 символи з a–z, 0–9, «-», «.» та «_», для центру щонайбільше 64 символи`,
      bad_host: (host) =>
        `«${host}»: очікуються імена хостів або IP-адреси, наприклад broker.example 10.0.0.5`,
      nothing_to_revoke: (id) =>
        `${id} не має ні сертифіката, ні пароля; список показує npm run pki -- list`,
      unreadable: (file) => `${file} не вдалося використати: відновіть його з резервної копії`,
    },
    written: (cert, key, until) => `Сертифікат: ${cert}\nКлюч:       ${key}\nЧинний до:  ${until}`,
    next: {
      init: (
        folder,
      ) => `Не передавайте ca.key нікому: хто його має, може видати себе за будь-який пристрій.
Далі: npm run pki -- server ХОСТ… з усіма іменами й адресами, за якими пристрої звертаються до брокера.
Mosquitto бере з ${folder}: cafile ca.pem, crlfile crl.pem.`,
      server: (folder) => `Вбудований брокер: SVITLO_BROKER_PKI=${folder}
Mosquitto: certfile server.pem, keyfile server.key, cafile ca.pem, crlfile crl.pem,
require_certificate true, use_identity_as_username true; приклад — deploy/mosquitto/tls.conf.
Далі: npm run pki -- device ОБ’ЄКТ/ВИД/ПРИСТРІЙ для кожного пристрою, npm run pki -- client monitor для Svitlo.`,
      device: (
        folder,
      ) => `Перенесіть сертифікат, його ключ і ${folder}/ca.pem на пристрій так, щоб їх ніхто більше
не прочитав; він з’єднується через TLS, ім’я користувача й пароль йому не потрібні.`,
      client: (folder) =>
        `Svitlo бере його з SVITLO_MQTT_CERT і SVITLO_MQTT_KEY, а також SVITLO_MQTT_CA=${folder}/ca.pem.`,
    },
    password: (id, password) => `Користувач: ${id}
Пароль:     ${password}
Запишіть його в пристрій зараз: його показано лише раз, зберігається тільки його геш.`,
    revoked: (id, certificates, hasPassword) =>
      `${id}: відкликано сертифікатів: ${certificates}${hasPassword ? '; пароль скасовано' : ''}.
Вбудований брокер врахує це за кілька секунд. Для Mosquitto скопіюйте crl.pem ще раз і перезапустіть його:
самого SIGHUP замало, щоб від’єднати вже під’єднаних.`,
    empty: (folder) => `У ${folder} ще нічого не видано.`,
    columns: ['ідентифікатор', 'вид', 'чинний до', 'стан'],
    type: { server: 'сервер', device: 'пристрій', client: 'програма', password: 'пароль' },
    state: { revoked: (at) => `відкликано ${at}`, expired: 'строк минув', valid: 'чинний' },
  },
};
