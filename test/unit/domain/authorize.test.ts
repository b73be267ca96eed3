import { expect, test } from 'vitest';
import { authorize } from '../../../src/domain/authorize.ts';

test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])(
  'a client at %s is an administrator',
  (remoteAddress) => {
    expect(authorize({ remoteAddress }, 'supervisor')).toEqual({
      isAllowed: true,
      role: 'administrator',
    });
  },
);

test.each(['10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', '127.0.0.1.evil', '', undefined])(
  'a client at %s is not let in',
  (remoteAddress) => {
    expect(authorize({ remoteAddress }, 'viewer')).toEqual({
      isAllowed: false,
      reason: 'not_loopback',
    });
  },
);
