import fc from 'fast-check';
import { compareUtf8 } from '../../../adapters/memory/utf8-order.ts';

test('text compares as its bytes of UTF-8 do', () => {
  // Few units, so that texts often share a beginning; on both sides of the surrogates.
  const unit = fc.constantFrom(
    'a',
    'b',
    '#',
    'é',
    '€',
    '\uD7FF',
    '\uE000',
    '\uFF61',
    '\u{10000}',
    '\u{1F600}',
    '\u{10FFFF}',
  );
  const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { seed: 20_150_517, numRuns: 2000 },
  );
});
