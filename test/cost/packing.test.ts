import { measureSample, ratioAt, SampleError } from '../../cost/compression.ts';
import { MEASURED } from '../../cost/measured.ts';
import { DEFAULT_PACKER, recordsOf } from '../../cost/packing.ts';

const zstd = { kind: 'zstd', ...DEFAULT_PACKER, curve: MEASURED.compression } as const;
const plain = { kind: 'plain', ...DEFAULT_PACKER } as const;

test('without packing an event is a record', () => {
  expect(recordsOf({ kind: 'none' }, 230, 1000)).toEqual({ eventsPerRecord: 1, recordBytes: 230 });
});

test('a record holds what fits, or what comes in time', () => {
  // 125 events come in a second to each of 8 lanes, and 108 fit.
  expect(recordsOf(plain, 230, 1000)).toEqual({ eventsPerRecord: 108, recordBytes: 108 * 231 });
  expect(recordsOf(plain, 230, 80)).toEqual({ eventsPerRecord: 10, recordBytes: 10 * 231 });
  expect(recordsOf({ ...plain, lingerSeconds: 10 }, 230, 80).eventsPerRecord).toBe(100);
  expect(recordsOf({ ...plain, lanes: 1 }, 230, 80).eventsPerRecord).toBe(80);
  // An event that comes alone goes alone, and so does one that is larger than a record.
  expect(recordsOf(plain, 230, 0.1).eventsPerRecord).toBe(1);
  expect(recordsOf(plain, 30_000, 1000)).toEqual({ eventsPerRecord: 1, recordBytes: 30_001 });
});

test('compressed, more fit, and few in a record compress less', () => {
  const full = recordsOf(zstd, 230, 100_000);
  expect(full.eventsPerRecord).toBe(1896);
  expect(full.recordBytes).toBeLessThanOrEqual(25_000);
  const few = recordsOf(zstd, 230, 80);
  expect(few.recordBytes).toBeCloseTo(10 * 231 * 0.223, 6);
});

test('beyond what was measured the ratio stays', () => {
  expect(ratioAt(MEASURED.compression, 1_000_000)).toBeCloseTo(0.046, 9);
  expect(ratioAt(MEASURED.compression, 1)).toBeCloseTo(0.82, 9);
});

test('a sample tells the bytes of an event and how far it shrinks, up to as many as there are', () => {
  const lines = Array.from({ length: 250 }, (_, i) =>
    Buffer.from(JSON.stringify({ page: `/p/${i % 7}`, at: 1000 + i })),
  );
  const { eventBytes, curve } = measureSample(lines, 'mine.jsonl');
  expect(eventBytes).toBe(Math.round(lines.reduce((sum, line) => sum + line.length, 0) / 250));
  expect(curve.source).toBe('mine.jsonl');
  expect(curve.events).toEqual([1, 10, 100]);
  const [alone = 0, some = 0, many = 0] = curve.ratios;
  expect(alone).toBeGreaterThan(some);
  expect(some).toBeGreaterThan(many);
  expect(many).toBeLessThan(0.3);
});

test('a sample of nothing is refused', () => {
  expect(() => measureSample([], 'empty.jsonl')).toThrow(SampleError);
  expect(() => measureSample([], 'empty.jsonl')).toThrow('The sample empty.jsonl has no events.');
});
