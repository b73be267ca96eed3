import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/adapters/influx/answer.ts';

/** Answers of the versions that no test runs, as their sources and issues have them. */
describe('an answer', () => {
  it.each([
    [204, '', 'stored', undefined],
    [200, '', 'stored', undefined],
    // 1.x
    [404, 'database not found: "svitlo"', 'pause', 'database_missing'],
    [400, 'database is required', 'pause', 'database_missing'],
    [500, 'retention policy not found: autogen', 'pause', 'retention_policy_missing'],
    [401, 'authorization failed', 'pause', 'unauthorized'],
    [403, 'user not authorized to write to database "svitlo"', 'pause', 'unauthorized'],
    [500, 'timeout', 'retry', 'overloaded'],
    [500, 'engine: cache-max-memory-size exceeded: (1073/1024)', 'retry', 'overloaded'],
    [400, 'partial write: field type conflict: input field "a" …', 'split', 'field_type_conflict'],
    [400, 'partial write: points beyond retention policy dropped=1', 'split', 'points_expired'],
    [400, 'dropped 1 points outside retention policy of duration 1h', 'split', 'points_expired'],
    [400, "unable to parse 'x': missing fields", 'split', 'points_refused'],
    [413, 'Request Entity Too Large', 'split', 'points_refused'],
    // The words of a device, quoted in a refusal
    [400, `unable to parse 'ups a="database not found"': bad`, 'split', 'points_refused'],
    [400, `unable to parse 'ups a="limit exceeded"': bad`, 'split', 'points_refused'],
    [400, 'partial write: field type conflict: timeout', 'split', 'field_type_conflict'],
    [400, 'partial write: max-values-per-tag limit exceeded (100/100)', 'pause', 'limit_reached'],
    // 2.x
    [404, 'no dbrp mapping: database not found', 'pause', 'database_missing'],
    [422, 'failure writing points: field type conflict', 'split', 'field_type_conflict'],
    [429, 'too many requests', 'retry', 'overloaded'],
    // 3
    [400, 'partial write of line protocol occurred', 'split', 'points_refused'],
    [422, 'Adding a new database would exceed limit of 5 databases', 'pause', 'limit_reached'],
    // What stands in front of it
    [502, 'Bad Gateway', 'retry', 'unreachable'],
    [503, 'Service Unavailable', 'retry', 'overloaded'],
    [408, '', 'retry', 'unreachable'],
    [0, 'connect ECONNREFUSED', 'retry', 'unreachable'],
    [301, '', 'pause', 'unreachable'],
    [404, '404 page not found', 'pause', 'unreachable'],
  ] as const)('%i %s: %s %s', (status, text, outcome, state) => {
    expect(outcomeOf({ status, text })).toMatchObject(
      state === undefined ? { outcome } : { outcome, state },
    );
  });

  it('hands on what the server asks to wait', () => {
    expect(outcomeOf({ status: 429, text: '', retryAfterMs: 7000 })).toMatchObject({
      outcome: 'retry',
      retryAfterMs: 7000,
    });
  });
});
