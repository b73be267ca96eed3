import { describe, expect, it } from 'vitest';
import { parseExposition, readScrape } from '../../support/exposition.ts';

const HEAD = '# HELP a_total A\n# TYPE a_total counter\n';
const histogram = (samples: string) => `# HELP h H\n# TYPE h histogram\n${samples}`;

describe('the check that scrapes are held to', () => {
  it('reads names, labels and values', () => {
    const text = `${HEAD}a_total{x="1",y="a \\"b\\", c"} 3\na_total{x="2",y=""} +Inf\n\n${histogram(
      'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 5.5\nh_count 2\n',
    )}`;
    const scrape = readScrape(text);
    expect(scrape.value('a_total', { y: 'a \\"b\\", c', x: '1' })).toBe(3);
    expect(scrape.by('a_total', 'x')).toEqual({ 1: 3, 2: Number.POSITIVE_INFINITY });
    expect(scrape.value('h_sum')).toBe(5.5);
    expect(scrape.value('h_sum', { x: '1' })).toBeNaN();
    expect(scrape.families.get('h')?.type).toBe('histogram');
  });

  it.each([
    ['a last line that does not end', `${HEAD}a_total 1`],
    ['a sample without a family', 'a_total 1\n'],
    ['a sample of another family', `${HEAD}b_total 1\n`],
    ['a family twice', `${HEAD}a_total 1\n${HEAD}`],
    ['a family without a type', '# HELP a A\n'],
    ['an unknown type', '# HELP a A\n# TYPE a meter\n'],
    ['a series twice', `${HEAD}a_total{x="1",y="2"} 1\na_total{y="2",x="1"} 1\n`],
    ['a label twice', `${HEAD}a_total{x="1",x="2"} 1\n`],
    ['a label without quotes', `${HEAD}a_total{x=1} 1\n`],
    ['a quote that is not escaped', `${HEAD}a_total{x="a"b"} 1\n`],
    ['a value that is no number', `${HEAD}a_total one\n`],
    ['a value that is missing', `${HEAD}a_total\n`],
    ['a counter below 0', `${HEAD}a_total -1\n`],
    ['a counter of another name', '# HELP a A\n# TYPE a counter\na 1\n'],
    [
      'buckets that shrink',
      histogram('h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n'),
    ],
    ['no last bucket', histogram('h_bucket{le="1"} 2\nh_sum 1\nh_count 2\n')],
    ['another count', histogram('h_bucket{le="+Inf"} 2\nh_sum 1\nh_count 3\n')],
    ['no sum', histogram('h_bucket{le="+Inf"} 2\nh_count 2\n')],
  ])('refuses %s', (_what, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
