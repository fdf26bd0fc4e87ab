import fc from 'fast-check';
import { compareText } from '../../../engine/text/compare-text.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 20150517;

/** Texts that differ late and lie around the surrogates, where the order of units and of code points part. */
const text = fc
  .tuple(
    fc.constantFrom('', 'a', 'https://example.com/', '\u4e00\u4e01', '\u{1f600}'.repeat(9)),
    fc.array(
      fc.constantFrom('a', 'b', 'é', '\u4e00', '\ud7ff', '\ue000', '\uff21', '\uffff', '\u{10000}', '\u{1f600}'),
    ),
  )
  .map(([start, rest]) => start + rest.join(''));

describe('compareText', () => {
  test('orders as UTF-8 bytes do', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: SEED, numRuns: casesOf(3000) },
    );
  });

  test('orders any well-formed text as UTF-8 bytes do', () => {
    const wellFormed = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (start, a, b) => {
        const [x, y] = [start + a, start + b];
        expect(Math.sign(compareText(x, y))).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)));
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test('puts a full-width letter before an emoji, which the operator < does not', () => {
    expect('\uff21' < '\u{1f600}').toBe(false);
    expect(compareText('\uff21', '\u{1f600}')).toBeLessThan(0);
    const start = 'more than eight units that both share ';
    expect(compareText(`${start}\uff21`, `${start}\u{1f600}`)).toBeLessThan(0);
    expect(compareText(`${start}\u{1f600}`, `${start}\uff21`)).toBeGreaterThan(0);
  });

  test('puts a text before its own continuations', () => {
    expect(compareText('', 'a')).toBeLessThan(0);
    expect(compareText('a text that goes on', 'a text that goes on and on')).toBeLessThan(0);
    expect(compareText('\u{1f600} that is far off', '\u{1f600} that is far off\u0000')).toBeLessThan(0);
  });

  test('is a total order on lone surrogates too', () => {
    const unit = fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc00', '\uffff'), maxLength: 12 });
    fc.assert(
      fc.property(unit, unit, unit, (a, b, c) => {
        expect(Math.sign(compareText(a, b))).toBe(-Math.sign(compareText(b, a)) + 0);
        expect(compareText(a, b) === 0).toBe(a === b);
        const [x, y, z] = [a, b, c].sort(compareText) as [string, string, string];
        expect(compareText(x, y) <= 0 && compareText(y, z) <= 0 && compareText(x, z) <= 0).toBe(true);
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });
});
