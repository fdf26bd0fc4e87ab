import fc from 'fast-check';
import { comparePositions, compareSequences, formatPosition } from '../../../engine/ports/position.ts';

const SEED = 20_260_304;
const sequenceArbitrary = fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map(String);

describe('sequence numbers', () => {
  test('are ordered as the numbers that they are, up to 129 digits', () => {
    fc.assert(
      fc.property(sequenceArbitrary, sequenceArbitrary, (a, b) => {
        const difference = BigInt(a) - BigInt(b);
        expect(Math.sign(compareSequences(a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test.each([
    ['9', '10', -1],
    ['9007199254740992', '9007199254740993', -1],
    [
      '49590338271490256608559692538361571095921575989136588898',
      '49590338271490256608559692538361571095921575989136588899',
      -1,
    ],
    ['1'.repeat(129), '9'.repeat(128), 1],
    ['7', '7', 0],
  ])('%s and %s compare as %i', (a, b, sign) => {
    expect(Math.sign(compareSequences(a, b))).toBe(sign);
    expect(Math.sign(compareSequences(b, a)) + sign).toBe(0);
  });
});

describe('positions', () => {
  test('are ordered by their record, then by the index inside it, as a number', () => {
    const ordered = [
      { sequence: '9', index: 12 },
      { sequence: '10', index: 2 },
      { sequence: '10', index: 10 },
      { sequence: '11', index: 0 },
    ];
    expect(ordered.toReversed().sort(comparePositions)).toEqual(ordered);
    expect(comparePositions({ sequence: '10', index: 2 }, { sequence: '10', index: 2 })).toBe(0);
  });

  test('are written with both parts', () => {
    expect(formatPosition({ sequence: '49590338271490256608559692538361571095921575989136588898', index: 3 })).toBe(
      '49590338271490256608559692538361571095921575989136588898.3',
    );
  });
});
