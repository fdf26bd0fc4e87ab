import fc from 'fast-check';
import { keysEndingAt, parseSideObjectKey, sideObjectKey } from '../../adapters/aws/side-object-key.ts';
import type { SideRecordName } from '../../adapters/side-record-id.ts';
import { comparePositions, type Position } from '../../engine/ports/position.ts';

const SEED = 20150517;

const name = (position: Position, rest: Partial<SideRecordName> = {}): SideRecordName => ({
  ...{ kind: 'dead', stream: 'clicks', shard: 'shard-0', view: '' },
  ...rest,
  position,
});

const position = fc.record({
  sequence: fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map(String),
  index: fc.oneof(fc.nat(20), fc.nat(40_000_000)),
});

describe('the key of an object of dead letters', () => {
  test('says where its records are', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [from, to] = comparePositions(a, b) <= 0 ? [a, b] : [b, a];
        const key = sideObjectKey([name(from), name(to)]);
        expect(parseSideObjectKey(key)).toEqual({ key, kind: 'dead', stream: 'clicks', shard: 'shard-0', from, to });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('sorts as text as its last position does', () => {
    fc.assert(
      fc.property(position, position, position, (a, b, from) => {
        const [keyA, keyB] = [a, b].map((to) => sideObjectKey([name(from), name(to)])) as [string, string];
        const order = Math.sign(comparePositions(a, b));
        if (order !== 0) expect(keyA < keyB ? -1 : 1).toBe(order);
        // A list that begins behind the text of a position has the objects that end there or later.
        expect(keyA > keysEndingAt(name(b))).toBe(order >= 0);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('is made of safe characters only, and differs where stream, shard or a record do', () => {
    const at = { sequence: '49590', index: 7 };
    const names = ['a', 'A', 'a b', 'a/b', 'a!2fb', 'a%2Fb', 'ä', '😀', 'a:b', 'a_b', '..'];
    const keys = names.flatMap((stream) => names.map((shard) => sideObjectKey([name(at, { stream, shard })])));
    expect(new Set(keys).size).toBe(names.length ** 2);
    for (const key of keys) expect(key).toMatch(/^dead\/[A-Za-z0-9!._-]+\/[A-Za-z0-9!._-]+\/to-[0-9a-z-]+\.jsonl\.gz$/);
    for (const [i, key] of keys.entries()) {
      const [stream, shard] = [names[Math.floor(i / names.length)], names[i % names.length]];
      expect(parseSideObjectKey(key)).toMatchObject({ stream, shard });
    }
    const late = ['v1', 'v2'].map((view) => name(at, { kind: 'late', view }));
    expect(new Set([sideObjectKey(late), ...late.map((each) => sideObjectKey([each]))]).size).toBe(3);
  });

  test.each(['dead/clicks/shard-0/49590.7.json', 'aws/lambda/x', 'dead/clicks/shard-0/to-005-49590', ''])(
    'is not %j',
    (key) => {
      expect(parseSideObjectKey(key)).toBeNull();
    },
  );
});
