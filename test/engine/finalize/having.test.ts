import {
  count,
  type Emission,
  global,
  max,
  mean,
  pipeline,
  session,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
  type Window,
} from '../../../engine/index.ts';
import { compareText } from '../../../engine/text/compare-text.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '20 seconds',
});

const LATE = { allowedLateness: '5 minutes' } as const;
/** With each, a total that some windows come to by late events, and pass. */
const CASES: readonly (readonly [string, Window, number, Emission])[] = [
  ['tumbling', tumbling('1 minute'), 30, LATE],
  ['sliding', sliding({ size: '2 minutes', slide: '1 minute' }), 50, LATE],
  ['session', session({ gap: '15 seconds' }), 30, LATE],
  ['global', global({ emitEvery: '1 minute' }), 80, {}],
  ['whole tables', tumbling('1 minute'), 30, { ...LATE, emit: 'complete' }],
  ['empty windows', tumbling('1 minute'), 30, { ...LATE, emptyWindows: 'zero', keepGroupsFor: 3 }],
];

function rowsBy(name: 'all' | 'some', window: Window, emission: Emission) {
  return view(name, events)
    .window(window, emission)
    .groupBy('key')
    .aggregate((e) => ({ n: count(), total: sum(e.v), top: max(e.v) }));
}

/** Some come minutes late, so that rows come to pass the condition, and cease to. */
function randomEvents(seed: number) {
  const { whole, chance } = seededRandom(seed);
  return Array.from({ length: 60 }, (_, index) => {
    const at = 600 + index * 5 - (chance(0.25) ? whole(240) : 0);
    return { key: 'ab'[whole(2)] as string, v: whole(10), at };
  });
}

describe.each(CASES)('having() on %s', (_, window, limit, emission) => {
  test('keeps the rows of which the condition is true, in each revision', async () => {
    const all = rowsBy('all', window, emission);
    const some = rowsBy('some', window, emission)
      .derive((row) => ({ share: row.top.div(row.total) }))
      .having((row) => row.n.gte(2))
      .having((row) => row.total.lt(limit).and(row.share.lt(1)));
    for (let seed = 1; seed <= 3; seed++) {
      const world = new JoinWorld(pipeline('p', [all, some]));
      const given = randomEvents(seed);
      let kept = 0;
      for (let from = 0; from < given.length; from += 6) {
        await world.take('events', given.slice(from, from + 6));
        await world.finalizeAll();
        const expected = (await tableRows(world, 'all')).filter(
          ({ n, total, top }) => n >= 2 && top !== null && total < limit && total > 0 && top < total,
        );
        kept += expected.length;
        expect({ seed, from, rows: textsOf(await tableRows(world, 'some'), 'share') }).toEqual({
          seed,
          from,
          rows: textsOf(expected),
        });
      }
      expect(kept).toBeGreaterThan(2);
    }
  });
});

type Counted = Record<string, unknown> & { readonly n: number; readonly total: number; readonly top: number | null };

/** Of a view that emits whole tables, the rows in them. */
async function tableRows(world: JoinWorld, name: string): Promise<Counted[]> {
  const rows = (await world.rows(name)) as unknown as (Counted | Counted[])[];
  return rows.flat();
}

function textsOf(rows: readonly Record<string, unknown>[], without = ''): string[] {
  return rows.map(({ [without]: _, ...row }) => JSON.stringify(row)).sort(compareText);
}

describe('having()', () => {
  test('is for what other views take too, and lets columns that look back see all rows', async () => {
    const minutes = view('minutes', events)
      .window(tumbling('1 minute'), LATE)
      .groupBy('key')
      .aggregate((e) => ({ top: max(e.v) }))
      .derive((row) => ({ usual: mean(row.top).over({ windows: 2 }) }))
      .having((row) => row.top.gt(5));
    const hours = view('hours', minutes)
      .window(tumbling('1 hour'))
      .groupBy('key')
      .aggregate((row) => ({ minutes: count(), usual: max(row.usual) }));
    const world = new JoinWorld(pipeline('p', [minutes, hours]));
    await world.take('events', [
      { key: 'a', v: 2, at: 60 },
      { key: 'a', v: 8, at: 120 },
      { key: 'a', v: 4, at: 180 },
      { key: 'a', v: 0, at: 300 },
    ]);
    await world.finalizeAll();
    await world.take('events', [{ key: 'a', v: 6, at: 181 }]);
    await world.end();
    expect(await world.rows('minutes')).toMatchObject([
      { top: 8, usual: 5 },
      { top: 6, usual: 7 },
    ]);
    expect(await world.rows('hours')).toMatchObject([{ minutes: 2, usual: 7 }]);
  });

  test('refuses to look back itself', () => {
    const minutes = view('v', events)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ n: count() }));
    expect(() => minutes.having((row) => mean(row.n).over({ windows: 2 }).gt(1))).toThrow(
      'Make a column of that with .derive(…)',
    );
  });
});
