import {
  asOfJoin,
  count,
  max,
  mean,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../../engine/index.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { seededRandom } from '../../support/seeded-random.ts';

interface Options {
  readonly type?: 'inner' | 'left';
  readonly tolerance?: string;
  readonly allowExactMatches?: boolean;
}

const schema = Type.Object({
  key: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  at: Timestamp('epoch-s'),
});
const stream_ = (name: 'probes' | 'prices') =>
  stream(name, { schema, eventTime: 'at', partitionKey: 'key' as never, maxLateness: '20 seconds' });

function joined({ tolerance, ...options }: Options = {}) {
  const join = asOfJoin('latest', stream_('probes'), stream_('prices'), {
    on: { key: 'key' },
    ...(tolerance !== undefined && { tolerance: tolerance as '1 minute' }),
    ...options,
  });
  const rows = view('rows', join)
    .derive((e) => ({ probe: e.probes.value, price: e.prices.value }))
    .window(tumbling('1 hour'))
    .groupBy('probe', 'price')
    .aggregate(() => ({ times: count() }));
  return pipeline('latest_prices', [rows]);
}

const event = (at: number, value: number | null = at, key: string | null = 'k') => ({
  at,
  ...(value !== null && { value }),
  ...(key !== null && { key }),
});

async function answers(world: JoinWorld): Promise<(readonly [unknown, unknown])[]> {
  const rows = await world.rows('rows');
  return rows.map(({ probe, price }) => [probe, price] as const).sort(([a], [b]) => Number(a) - Number(b));
}

/** DuckDB's own test of ASOF: prices at 1, 3, 6, 8, probed at 0 to 9. */
async function probed(options: Options = {}) {
  const world = new JoinWorld(joined(options));
  await world.take(
    'probes',
    Array.from({ length: 10 }, (_, at) => event(at)),
  );
  await world.take(
    'prices',
    [1, 3, 6, 8].map((at) => event(at)),
  );
  await world.end();
  return answers(world);
}

describe('an as-of join', () => {
  test("gives what DuckDB's ASOF gives", async () => {
    const prices = (await probed()).map(([, price]) => price);
    expect(prices).toEqual([null, 1, 1, 3, 3, 3, 6, 6, 8, 8]);
  });

  test('leaves out what finds nothing, where it is inner', async () => {
    expect(await probed({ type: 'inner' })).toHaveLength(9);
  });

  test('looks only before the instant, where exact matches are not allowed', async () => {
    const prices = (await probed({ allowExactMatches: false })).map(([, price]) => price);
    expect(prices).toEqual([null, null, 1, 1, 3, 3, 3, 6, 6, 8]);
  });

  test('looks no further back than the tolerance', async () => {
    const prices = (await probed({ tolerance: '1 second' })).map(([, price]) => price);
    expect(prices).toEqual([null, 1, 1, 3, 3, null, 6, 6, 8, 8]);
  });

  test('returns a null of the right row, and matches nothing where the key is null', async () => {
    const world = new JoinWorld(joined());
    await world.take('prices', [event(10, 1), event(11, null), event(5, 9, null)]);
    await world.take('probes', [event(12, 100), event(12, 200, null)]);
    await world.end();
    expect(await answers(world)).toEqual([
      [100, null],
      [200, null],
    ]);
  });

  test('takes of several at one instant the last by content, whatever came first', async () => {
    for (const values of [
      [2, 7, 5],
      [7, 5, 2],
    ]) {
      const world = new JoinWorld(joined());
      for (const value of values) await world.take('prices', [event(10, value)]);
      await world.take('probes', [event(11, 0)]);
      await world.end();
      expect(await answers(world)).toEqual([[0, 7]]);
    }
  });

  test('remembers the last right row of each key through pauses, and forgets it beyond the tolerance', async () => {
    for (const [tolerance, expected] of [
      [undefined, 1],
      ['2 hours', 1],
      ['1 hour', null],
    ] as const) {
      const world = new JoinWorld(joined(tolerance === undefined ? {} : { tolerance }));
      await world.take('prices', [event(0, 1), event(6000, 2, 'other')]);
      await world.take('probes', [event(6000, 3, 'other')]);
      await world.finalizeAll();
      await world.take('probes', [event(7000, 4)]);
      await world.end();
      expect((await answers(world)).find(([probe]) => probe === 4)).toEqual([4, expected]);
    }
  });
});

test('random as-of joins give what a look at all right rows gives', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const { whole, chance } = seededRandom(seed);
    const options = {
      ...(chance(0.5) && { tolerance: `${whole(60)} seconds` }),
      allowExactMatches: chance(0.7),
    };
    const world = new JoinWorld(joined(options), 2);
    const taken = { probes: [] as ReturnType<typeof event>[], prices: [] as ReturnType<typeof event>[] };
    let clock = 1000;
    for (let batch = 0; batch < 30; batch++) {
      const name = chance(0.5) ? 'probes' : 'prices';
      clock += whole(15);
      const events = Array.from({ length: 1 + whole(3) }, () => {
        return event(clock - whole(20), batch * 10 + whole(10), 'ab'[whole(2)]);
      });
      await world.take(name, events, whole(2));
      for (const one of events) taken[name].push(one);
      if (chance(0.4)) await world.finalizeAll({}, () => chance(0.5));
    }
    await world.end();
    const expected = taken.probes.map((probe) => [probe.value, latestFor(probe, taken.prices, options)] as const);
    const found = new Set((await answers(world)).map(String));
    expect({ seed, found: [...found].sort() }).toEqual({ seed, found: [...new Set(expected.map(String))].sort() });
  }
});

function latestFor(
  probe: ReturnType<typeof event>,
  prices: readonly ReturnType<typeof event>[],
  { tolerance, allowExactMatches }: { readonly tolerance?: string; readonly allowExactMatches: boolean },
): number | null {
  const most = tolerance === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(tolerance, 10);
  const before = prices.filter(({ key, at }) => {
    const age = probe.at - at;
    return key === probe.key && age <= most && (allowExactMatches ? age >= 0 : age > 0);
  });
  before.sort((a, b) => a.at - b.at || Number(a.value) - Number(b.value));
  return before.at(-1)?.value ?? null;
}

describe('an as-of join with a view at the right', () => {
  const probes = stream_('probes');
  const prices = stream_('prices');
  const levels = view('levels', prices)
    .window(tumbling('1 minute'), { allowedLateness: '5 minutes' })
    .groupBy('key')
    .aggregate((e) => ({ level: mean(e.value) }));
  const join = asOfJoin('compared', probes, levels, { on: { key: 'key' } });
  const rows = view('rows', join)
    .derive((e) => ({ probe: e.probes.value, price: e.levels.level }))
    .window(tumbling('1 hour'))
    .groupBy('probe', 'price')
    .aggregate((e) => ({ times: count(), highest: max(e.probes.value) }));
  const exported = pipeline('levels_at', [levels, rows]);

  test.each([1, 6])(
    'compares with the windows before, as they are once they change no more (batches of %d)',
    async (size) => {
      const world = new JoinWorld(exported);
      const events = [
        event(0, 10),
        event(30, 20),
        event(90, 50),
        event(350, 1, 'other'),
        event(40, 60),
        event(800, 1, 'other'),
      ];
      for (let from = 0; from < events.length; from += size) {
        await world.take('prices', events.slice(from, from + size));
        await world.finalizeAll();
      }
      await world.take('probes', [event(30, 1), event(70, 2), event(150, 3), event(900, 1, 'other')]);
      await world.end();
      // The first minute is (10 + 20 + 60) / 3, though 60 came after it was final.
      expect((await answers(world)).filter(([, price]) => price !== 1)).toEqual([
        [1, null],
        [2, 30],
        [3, 50],
      ]);
    },
  );
});

describe('an as-of join with a view at the right whose rows carry state', () => {
  const probes = stream_('probes');
  const levels = view('levels', stream_('prices'))
    .window(tumbling('1 minute'), { allowedLateness: '2 minutes' })
    .groupBy('key')
    .aggregate((e) => ({ level: mean(e.value) }))
    .derive((row) => ({ rise: row.level.changeOver({ windows: 1 }).absolute }));
  const join = asOfJoin('compared', probes, levels, { on: { key: 'key' } });
  const rows = view('rows', join).select((e) => ({ probe: e.probes.value, price: e.levels.rise }));
  const exported = pipeline('rises_at', [levels, rows]);

  test('waits for the rows to be settled, and not for the state cutoff', async () => {
    const world = new JoinWorld(exported);
    for (let minute = 0; minute < 12; minute++) {
      const at = 60 * minute + 59;
      await world.take('prices', [event(at - 30, minute ** 2)]);
      await world.take('probes', [event(at, minute)]);
      await world.finalizeAll();
    }
    const found = await answers(world);
    // The prices are at 11:29, so the watermark at 11:09: rows of windows that end up to 9:00 change no more.
    expect(found.map(([probe]) => probe)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    // A probe at 5:59 meets the row of minute 4: 4² − 3².
    expect(found[5]).toEqual([5, 7]);
    await world.end();
    expect((await answers(world)).at(-1)).toEqual([11, 19]);
  });

  test('is handed each row once: none lies behind where it has been', async () => {
    const world = new JoinWorld(exported);
    const { key } = world.plan.finalized.find(({ name }) => name === 'compared') as { key: string };
    const origin = world.plan.views.find(({ name }) => name === 'levels')?.key;
    const left: number[] = [];
    for (let minute = 0; minute < 12; minute++) {
      await world.take('prices', [event(60 * minute, minute)]);
      await world.take('probes', [event(60 * minute, minute)]);
      await world.finalizeAll();
      const partition = `segment#${key}#0#${origin}:0`;
      left.push((await world.stores.state.query({ partition })).length);
    }
    expect(Math.max(...left)).toBeLessThanOrEqual(4);
    await world.end();
    expect(await world.stores.state.query({ partition: `segment#${key}#0#${origin}:0` })).toEqual([]);
  });
});
