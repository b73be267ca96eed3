import { expect, it } from 'vitest';
import { browserName } from '../../../dashboards/web/src/access/account/browser-name.ts';

const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/141.0.0.0 Safari/537.36`, 'Chrome 141, Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    'Edge 141, Windows',
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; SM-S911B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet 28, Android',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
    'Firefox 143, Windows',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${APPLE} Version/18.6 Mobile/15E148 Safari/604.1`,
    'Safari 18, iPhone',
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/18.6 Safari/605.1.15`,
    'Safari 18, macOS',
  ],
  ['Firefox/9', 'Firefox 9'],
])('shortens %s', (agent, name) => {
  expect(browserName(agent)).toBe(name);
});

it.each(['curl/8.5.0', '', 'Mozilla/5.0 (Linux)', '<b>Chrome</b>'])(
  'leaves %o as it is',
  (agent) => {
    expect(browserName(agent)).toBe(agent);
  },
);
