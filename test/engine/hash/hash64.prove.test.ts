import { type Hash64, hash32 } from '../../../engine/hash/hash64.ts';
import { number, text } from './hashes.ts';

const N = 200_000;

/** The kinds of text that data is full of: they differ in few places, and those hold few symbols. */
const STRUCTURED: Record<string, (i: number) => string> = {
  'ids that count up': (i) => `user-${i}`,
  'padded numbers': (i) => String(i).padStart(12, '0'),
  'binary digits': (i) => i.toString(2).padStart(20, '0'),
  'UUIDs that count up': (i) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`,
  'URLs with two numbers': (i) => `https://example.com/p/${i % 1000}/item?id=${Math.floor(i / 1000)}`,
  'IP addresses': (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  'numbers before a long end': (i) => `${i}-the-same-for-all-of-them`,
  'two Chinese signs': (i) => String.fromCharCode(0x4e00 + (i % 500), 0x4e00 + Math.floor(i / 500)),
  'runs of NUL': (i) => '\0'.repeat(i % 200) + String.fromCharCode(Math.floor(i / 200)),
  'single high bits': (i) => Array.from({ length: 18 }, (_, k) => ((i >> k) & 1 ? '\u8000' : '\0')).join(''),
};

const NUMBERS: Record<string, (i: number) => number> = {
  'whole numbers': (i) => i,
  'negative numbers': (i) => -1 - i,
  hundredths: (i) => i / 100,
  'multiples of a power of two': (i) => i * 2 ** 40,
  milliseconds: (i) => 1.4e12 + i * 60_000,
  subnormals: (i) => i * Number.MIN_VALUE,
};

/** How far the counts are from equal shares, in standard deviations of what chance gives (chi-squared, large counts). */
function unevenness(counts: Uint32Array, total: number): number {
  const share = total / counts.length;
  const chiSquared = counts.reduce((sum, count) => sum + (count - share) ** 2 / share, 0);
  return (chiSquared - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

function statistics(hashOf: (i: number) => Hash64) {
  const whole = new Set<string>();
  const registers = new Uint32Array(4096);
  const lowEnd = new Uint32Array(4096);
  const ones = new Uint32Array(64);
  for (let i = 0; i < N; i++) {
    const { high, low } = hashOf(i);
    whole.add(`${high},${low}`);
    registers[high >>> 20]!++;
    lowEnd[low & 4095]!++;
    for (let k = 0; k < 32; k++) {
      ones[k]! += (high >>> k) & 1;
      ones[32 + k]! += (low >>> k) & 1;
    }
  }
  const bias = Math.max(...Array.from(ones, (count) => Math.abs(count - N / 2) / Math.sqrt(N / 4)));
  return { distinct: whole.size, bias, high: unevenness(registers, N), low: unevenness(lowEnd, N) };
}

describe('hashes of structured input', () => {
  const cases: [string, (i: number) => Hash64][] = [
    ...Object.entries(STRUCTURED).map(([name, make]): [string, (i: number) => Hash64] => [name, (i) => text(make(i))]),
    ...Object.entries(NUMBERS).map(([name, make]): [string, (i: number) => Hash64] => [name, (i) => number(make(i))]),
  ];

  test.each(cases)('%s: 200,000 do not collide and fill all bits and ranges evenly', (_, hashOf) => {
    const { distinct, bias, high, low } = statistics(hashOf);
    // Chance of one collision among 200,000 at 64 bits: 1 in 900 million.
    expect(distinct).toBe(N);
    expect(bias).toBeLessThan(5);
    expect(Math.abs(high)).toBeLessThan(5);
    expect(Math.abs(low)).toBeLessThan(5);
  });

  test.each(Object.entries(STRUCTURED))('%s: the 32-bit hash spreads over 1000 buckets evenly', (_, make) => {
    const buckets = new Uint32Array(1000);
    for (let i = 0; i < N; i++) buckets[hash32(make(i)) % 1000]!++;
    expect(Math.abs(unevenness(buckets, N))).toBeLessThan(5);
  });

  test('the 32-bit hash does not tell which register the 64-bit hash picks', () => {
    const registers = new Uint32Array(1024);
    let inBucket = 0;
    for (let i = 0; i < N; i++) {
      if (hash32(`user-${i}`) % 4 !== 0) continue;
      inBucket++;
      registers[text(`user-${i}`).high >>> 22]!++;
    }
    expect(Math.abs(unevenness(registers, inBucket))).toBeLessThan(5);
  });
});

describe('avalanche', () => {
  const TRIALS = 2000;

  /** Largest distance from one half of the chance that a bit of the hash flips when one input bit does. */
  function worstBias(pair: (trial: number) => [Hash64, Hash64]): number {
    const flips = new Uint32Array(64);
    for (let trial = 0; trial < TRIALS; trial++) {
      const [a, b] = pair(trial);
      for (let k = 0; k < 32; k++) {
        flips[k]! += ((a.high ^ b.high) >>> k) & 1;
        flips[32 + k]! += ((a.low ^ b.low) >>> k) & 1;
      }
    }
    return Math.max(...Array.from(flips, (count) => Math.abs(count / TRIALS - 0.5)));
  }

  const LIMIT = (5.5 * 0.5) / Math.sqrt(TRIALS);

  test.each([2, 3, 8, 21])(
    'a flipped bit of a text of %d letters flips each bit of the hash half the time',
    (length) => {
      for (let at = 0; at < length; at++) {
        for (const bit of [0, 3, 6, 15]) {
          const bias = worstBias((trial) => {
            const letters = String(trial).padStart(length, '.').slice(-length).split('');
            const unit = letters[at]?.charCodeAt(0) ?? 0;
            const flipped = letters.with(at, String.fromCharCode(unit ^ (1 << bit)));
            // Texts of two letters are too few for the statistics: a start that differs makes them as many as trials.
            return [text(`${trial}:${letters.join('')}`), text(`${trial}:${flipped.join('')}`)];
          });
          expect(bias).toBeLessThan(LIMIT);
        }
      }
    },
  );

  test('a flipped bit of a number flips each bit of the hash half the time', () => {
    const view = new DataView(new ArrayBuffer(8));
    for (let bit = 0; bit < 63; bit++) {
      const bias = worstBias((trial) => {
        view.setFloat64(0, 1 + trial);
        const before = number(view.getFloat64(0));
        const byte = bit >> 3;
        view.setUint8(7 - byte, view.getUint8(7 - byte) ^ (1 << (bit & 7)));
        return [before, number(view.getFloat64(0))];
      });
      expect(bias).toBeLessThan(LIMIT);
    }
  });
});
