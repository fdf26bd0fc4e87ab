import { count, intervalJoin, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import type { JoinType } from '../../../engine/ir/join-definition.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { finalizeOrDie } from '../../support/mortal-finalizer.ts';
import { seededRandom } from '../../support/seeded-random.ts';

function streams(maxLateness: '0 seconds' | '20 seconds' | '30 seconds' = '0 seconds') {
  const schema = Type.Object({ id: Type.String(), key: Type.Optional(Type.String()), at: Timestamp('epoch-s') });
  const options = { schema, eventTime: 'at', partitionKey: 'id', maxLateness } as const;
  return { lefts: stream('lefts', options), rights: stream('rights', options) };
}

function joined(type: JoinType, between: readonly [string, string], lateness?: '20 seconds' | '30 seconds') {
  const { lefts, rights } = streams(lateness);
  const join = intervalJoin('pairs', lefts, rights, {
    type,
    on: { key: 'key' },
    between: between as readonly ['1 minute', '1 minute'],
  });
  const pairs = view('rows', join)
    .derive((e) => ({ left_id: e.lefts.id, right_id: e.rights.id }))
    .window(tumbling('1 minute'))
    .groupBy('left_id', 'right_id')
    .aggregate(() => ({ times: count() }));
  return pipeline('joins', [pairs]);
}

async function pairsOf(world: JoinWorld): Promise<string[]> {
  const rows = await world.rows('rows');
  return rows.map(({ left_id, right_id, times }) => `${left_id}-${right_id}${times === 1 ? '' : `×${times}`}`).sort();
}

const event = (id: string, at: number, key: string | null = 'k') => ({ id, at, ...(key !== null && { key }) });

describe('an interval join', () => {
  test("pairs as Spark's test of the same interval does: right.time in [left − 5, left + 10]", async () => {
    const world = new JoinWorld(joined('inner', ['-5 seconds', '10 seconds'], '30 seconds'));
    await world.take(
      'rights',
      [14, 15, 25, 26, 30, 31].map((at) => event(`r${at}`, at)),
    );
    await world.take('lefts', [event('l20', 20)]);
    await world.take(
      'rights',
      [49, 50, 65, 66].map((at) => event(`r${at}`, at)),
    );
    await world.take('lefts', [event('l60', 60)]);
    await world.end();
    expect(await pairsOf(world)).toEqual(['l20-r15', 'l20-r25', 'l20-r26', 'l20-r30', 'l60-r65', 'l60-r66']);
  });

  test.each([
    ['inner', ['a-x']],
    ['left', ['a-x', 'b-null']],
    ['right', ['a-x', 'null-y']],
    ['full', ['a-x', 'b-null', 'null-y']],
  ] as const)('%s keeps %j', async (type, expected) => {
    const world = new JoinWorld(joined(type, ['0 seconds', '5 seconds']));
    await world.take('lefts', [event('a', 100), event('b', 200)]);
    await world.take('rights', [event('x', 105), event('y', 206)]);
    await world.end();
    expect(await pairsOf(world)).toEqual(expected);
  });

  test('matches nothing where the key is null, and keeps such rows with those that match nothing', async () => {
    for (const [type, expected] of [
      ['inner', []],
      ['full', ['a-null', 'null-x']],
    ] as const) {
      const world = new JoinWorld(joined(type, ['0 seconds', '5 seconds']));
      await world.take('lefts', [event('a', 100, null)]);
      await world.take('rights', [event('x', 101, null)]);
      await world.end();
      expect(await pairsOf(world)).toEqual(expected);
    }
  });

  test('makes a left row final once everything up to `to` after it has come, and not before', async () => {
    const world = new JoinWorld(joined('left', ['0 seconds', '60 seconds']));
    await world.take('lefts', [event('a', 100), event('z', 400, 'other')]);
    await world.take('rights', [event('x', 150), event('y', 159, 'other')]);
    await world.finalizeAll();
    expect(await pairsOf(world)).toEqual([]);
    await world.take('rights', [event('w', 300, 'other')]);
    await world.finalizeAll();
    expect(await pairsOf(world)).toEqual(['a-x']);
  });

  test('takes no event that comes after the watermark has passed its time', async () => {
    const world = new JoinWorld(joined('left', ['0 seconds', '5 seconds']));
    await world.take('lefts', [event('a', 100)]);
    await world.take('lefts', [event('late', 99), event('b', 100)]);
    await world.end();
    expect(await pairsOf(world)).toEqual(['a-null', 'b-null']);
    expect(await world.counters('lefts')).toMatchObject({ accepted: 2, late: 1 });
  });
});

describe('a stream of a join that is idle', () => {
  test.each(['idle', 'empty'])(
    'does not stall the join where it is %s, and loses no event that is on time',
    async (kind) => {
      const world = new JoinWorld(joined('left', ['0 seconds', '60 seconds']), 2);
      if (kind === 'idle') await world.take('rights', [event('x', 100)]);
      await world.take('lefts', [event('a', 90), event('z', 400, 'other')]);
      await world.take('lefts', [event('b', 90), event('y', 400, 'other')], 1);
      await world.finalizeAll();
      expect(await pairsOf(world)).toEqual([]);
      await world.sweepFor(6);
      await world.finalizeAll();
      expect(await pairsOf(world)).toEqual(kind === 'idle' ? ['a-x', 'b-x'] : ['a-null', 'b-null']);
      const { committed } = await world.take('rights', [event('w', 420, 'other')]);
      expect(committed).toMatchObject({ accepted: 1, late: 0 });
      await world.end();
      expect(await pairsOf(world)).toContain('z-w');
    },
  );

  test('has events late for the join alone that come before its floor', async () => {
    const world = new JoinWorld(joined('left', ['0 seconds', '60 seconds']));
    await world.take('lefts', [event('a', 90), event('z', 400, 'other')]);
    await world.sweepFor(6);
    const { committed } = await world.take('rights', [event('x', 399), event('y', 400)]);
    expect(committed).toMatchObject({ accepted: 1, late: 1 });
  });
});

interface Case {
  readonly type: JoinType;
  readonly from: number;
  readonly to: number;
  readonly lefts: readonly ReturnType<typeof event>[];
  readonly rights: readonly ReturnType<typeof event>[];
}

/** All pairs, and what has none. */
function naive({ type, from, to, lefts, rights }: Case): string[] {
  const matches = (left: ReturnType<typeof event>, right: ReturnType<typeof event>) =>
    left.key !== undefined && left.key === right.key && right.at - left.at >= from && right.at - left.at <= to;
  const pairs = lefts.flatMap((left) =>
    rights.filter((right) => matches(left, right)).map((right) => `${left.id}-${right.id}`),
  );
  const alone = [
    ...(type === 'left' || type === 'full'
      ? lefts.filter((left) => !rights.some((right) => matches(left, right))).map(({ id }) => `${id}-null`)
      : []),
    ...(type === 'right' || type === 'full'
      ? rights.filter((right) => !lefts.some((left) => matches(left, right))).map(({ id }) => `null-${id}`)
      : []),
  ];
  return [...pairs, ...alone].sort();
}

test('random joins give what all pairs give, for any shards, batches, pauses and crashes', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const { whole, chance } = seededRandom(seed);
    const types: readonly JoinType[] = ['inner', 'left', 'right', 'full'];
    const type = types[whole(4)] as JoinType;
    const from = whole(180) - 120;
    const to = from + whole(150);
    const world = new JoinWorld(joined(type, [`${from} seconds`, `${to} seconds`], '20 seconds'), 2);
    const taken = { lefts: [] as ReturnType<typeof event>[], rights: [] as ReturnType<typeof event>[] };
    let clock = 1000;
    for (let batch = 0; batch < 30; batch++) {
      const side = chance(0.5) ? 'lefts' : 'rights';
      clock += whole(30);
      const events = Array.from({ length: 1 + whole(4) }, (_, index) =>
        event(`${side[0]}${batch}_${index}`, clock - whole(20), chance(0.1) ? null : 'ab'[whole(2)]),
      );
      const { committed } = await world.take(side, events, whole(2));
      expect(committed.late).toBe(0);
      for (const one of events) taken[side].push(one);
      if (chance(0.4)) {
        const everyStep = chance(0.5);
        await finalizeOrDie(world, chance(0.3) ? whole(8) : null, () => everyStep);
      }
    }
    await world.end();
    expect({ seed, pairs: await pairsOf(world) }).toEqual({ seed, pairs: naive({ type, from, to, ...taken }) });
  }
});
