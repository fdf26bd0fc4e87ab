import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import type { StateCodec } from '../../../engine/bytes/state-codec.ts';
import { type Groups, groupKey } from '../../../engine/codec/group.ts';
import { segmentCodec, wholeGroupsCodec } from '../../../engine/codec/segment.ts';
import { type Addition, additionsArbitrary, aggregated, CODEC, OPERATORS, readable } from './additions.ts';

const SEED = 20_260_301;
function merged(...segments: readonly Uint8Array[]): Groups {
  const groups: Groups = new Map();
  for (const segment of segments) CODEC.mergeInto(groups, segment);
  return groups;
}

const SAMPLE: readonly Addition[] = Array.from({ length: 40 }, (_, i) => ({
  group: [`/page-${i % 7}`, i % 3] as const,
  number: i * 1.25,
  text: `user-${i}`,
  timeMs: i,
}));

describe('a segment', () => {
  test('gives back the groups that it was made of', () => {
    fc.assert(
      fc.property(additionsArbitrary, (additions) => {
        const groups = aggregated(additions);
        expect(readable(merged(CODEC.encode(groups)))).toEqual(readable(groups));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('merges with others in any order, and the same groups in several count once', () => {
    fc.assert(
      fc.property(
        fc.array(additionsArbitrary, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 1000 }),
        (batches, shuffle) => {
          const segments = batches.map((batch) => CODEC.encode(aggregated(batch)));
          const whole = readable(aggregated(batches.flat()));
          expect(readable(merged(...segments))).toEqual(whole);
          expect(readable(merged(...segments.toReversed()))).toEqual(whole);
          const turn = shuffle % segments.length;
          expect(readable(merged(...segments.slice(turn), ...segments.slice(0, turn)))).toEqual(whole);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('merges with what is merged already: ((a b) c) is (a (b c))', () => {
    fc.assert(
      fc.property(additionsArbitrary, additionsArbitrary, additionsArbitrary, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((batch) => CODEC.encode(aggregated(batch))) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const left = merged(CODEC.encode(merged(x, y)), z);
        const right = merged(x, CODEC.encode(merged(y, z)));
        expect(readable(left)).toEqual(readable(right));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('leaves the bytes and the other segments as they are when it is merged', () => {
    const bytes = CODEC.encode(aggregated(SAMPLE));
    const copy = bytes.slice();
    const groups = merged(bytes, bytes);
    expect(bytes).toEqual(copy);
    expect(readable(merged(copy))).toEqual(readable(aggregated(SAMPLE)));
    expect(groups.get(groupKey(['/page-0', 0]))?.values).toEqual(['/page-0', 0]);
  });

  test('is read the same from a view into a larger buffer', () => {
    const bytes = CODEC.encode(aggregated(SAMPLE));
    const larger = new Uint8Array(bytes.length + 64).fill(7);
    larger.set(bytes, 33);
    expect(readable(merged(larger.subarray(33, 33 + bytes.length)))).toEqual(readable(aggregated(SAMPLE)));
  });

  test('is compressed where that pays, and plain where it does not', () => {
    const few = CODEC.encode(aggregated(SAMPLE.slice(0, 1)));
    const many = CODEC.encode(aggregated(SAMPLE));
    expect([few[2], many[2]]).toEqual([0, 1]);
  });

  test('of a view without groups holds one group', () => {
    const codec = segmentCodec('0123456789ab', 0, [operatorFor({ kind: 'count' }, null)]);
    const groups: Groups = new Map([[groupKey([]), { values: [], states: [{ count: 41 }] }]]);
    const back: Groups = new Map();
    codec.mergeInto(back, codec.encode(groups));
    codec.mergeInto(back, codec.encode(groups));
    expect([...back.values()]).toEqual([{ values: [], states: [{ count: 82 }] }]);
  });
});

/** The segment with another body, and the checksum that is right for it. */
function withBody(segment: Uint8Array, body: readonly number[]): Uint8Array {
  const bytes = Buffer.from([...segment.subarray(0, 13), ...body]);
  bytes.writeUInt32LE(crc32(Buffer.from(body)), 9);
  return bytes;
}

describe('bytes that no segment codec of this view wrote are refused', () => {
  const plain = CODEC.encode(aggregated(SAMPLE.slice(0, 1)));
  const packed = CODEC.encode(aggregated(SAMPLE));

  /** Each is refused with a `CodecError`, and nothing of them is merged. */
  function expectRefused(...damaged: readonly Uint8Array[]): void {
    const into = aggregated(SAMPLE.slice(0, 3));
    const before = readable(into);
    const outcomes = damaged.map((bytes) => {
      try {
        CODEC.mergeInto(into, bytes);
        return 'merged';
      } catch (error) {
        return error instanceof CodecError ? 'refused' : error;
      }
    });
    expect(outcomes.findIndex((outcome) => outcome !== 'refused')).toBe(-1);
    expect(readable(into)).toEqual(before);
  }

  for (const [kind, bytes] of [
    ['plain', plain],
    ['compressed', packed],
  ] as const) {
    test(`cut short anywhere, ${kind}`, () => {
      expectRefused(...Array.from(bytes, (_, length) => bytes.subarray(0, length)));
    });

    test(`with one byte changed anywhere, ${kind}`, () => {
      const damaged = Array.from(bytes).flatMap((byte, at) =>
        [0x01, 0x80, 0xff].map((change) => bytes.with(at, byte ^ change)),
      );
      expect(damaged.length).toBe(3 * bytes.length);
      expectRefused(...damaged);
    });

    test(`with a byte more, ${kind}`, () => {
      expectRefused(Uint8Array.from([...bytes, 0]));
    });
  }

  test('of another definition', () => {
    const other = segmentCodec('0123456789ac', 2, OPERATORS).encode(aggregated(SAMPLE));
    expectRefused(other);
    expect(() => CODEC.mergeInto(new Map(), other)).toThrow('belongs to another definition of the view');
  });

  test('of a later layout, with advice', () => {
    const later = plain.slice();
    later[1] = 2;
    expect(() => CODEC.mergeInto(new Map(), later)).toThrow(
      'The segment has layout version 2, and this code reads version 1. Deploy newer code.',
    );
  });

  test('with a compression that is not known', () => {
    const unknown = plain.slice();
    unknown[2] = 9;
    expectRefused(unknown);
  });

  test('with more than one group of a view without groups, however many are announced', () => {
    const nothing = segmentCodec('0123456789ab', 0, []);
    const counting = segmentCodec('0123456789ab', 0, [operatorFor({ kind: 'count' }, null)]);
    for (const codec of [nothing, counting]) {
      // 2^53 - 1 groups, of which none takes a byte where there are no aggregates.
      const many = withBody(codec.encode(new Map()), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]);
      const two = withBody(codec.encode(new Map()), [2, 1, 1]);
      for (const bytes of [many, two]) expect(() => codec.mergeInto(new Map(), bytes)).toThrow(CodecError);
    }
  });

  test('that are text', () => {
    expectRefused(Buffer.from('{"position":null}'));
  });
});

describe('groups that are stored whole', () => {
  const numbers: StateCodec<number> = {
    encode: (state, out) => out.varint(state),
    decode: (input) => input.varint(),
  };
  const codec = wholeGroupsCodec('0123456789ab', 1, [numbers]);
  const of = (entries: Readonly<Record<string, number>>): Groups =>
    new Map(Object.entries(entries).map(([name, state]) => [name, { values: [name], states: [state] }]));

  test('come together from several pages', () => {
    const into = of({});
    codec.mergeInto(into, codec.encode(of({ a: 1, b: 2 })));
    codec.mergeInto(into, codec.encode(of({ c: 3 })));
    expect(into).toEqual(of({ a: 1, b: 2, c: 3 }));
  });

  test('are refused where two pages hold one of them, and nothing of the second is taken', () => {
    const into = of({ a: 1, b: 2 });
    expect(() => codec.mergeInto(into, codec.encode(of({ c: 3, b: 9 })))).toThrow(
      new CodecError('Two of the pages hold the same group.'),
    );
    expect(into).toEqual(of({ a: 1, b: 2 }));
  });
});

test('a segment that names one group twice is refused whole: no code writes such', () => {
  const twice: Groups = new Map(
    ['one', 'another'].map((key) => [key, { values: ['/a', 1], states: OPERATORS.map((each) => each.create()) }]),
  );
  const into: Groups = new Map();
  expect(() => CODEC.mergeInto(into, CODEC.encode(twice))).toThrow(
    new CodecError('The segment names one of its groups twice.'),
  );
  expect(into.size).toBe(0);
});
