import fc from 'fast-check';
import {
  type Condition,
  count,
  pipeline,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  tumbling,
  type View,
  view,
} from 'streamgauge';
import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import type { Verdict } from '../../../engine/plan/alerts.ts';
import type { AlertMessage } from '../../../engine/ports/alert-sink.ts';
import type { PageStore } from '../../../engine/ports/page-store.ts';
import { announcedBy, type BelievedIncident, believed } from '../../support/announced.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';
import { naiveIncidents } from '../alerts/naive-incidents.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const at = (seconds: number) => new Date((T0 + seconds) * 1000).toISOString();

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const event = (seconds: number, v: number, key = 'a') => ({ key, v, at: T0 + seconds });

const high = {
  when: (row: { total: { gte(n: number): Condition } }) => row.total.gte(10),
  to: [terminal()],
};
const plain = view('plain', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', {
    ...high,
    severity: { critical: (row) => row.total.gte(100), otherwise: 'warning' },
  });
const lateView = (allowedLateness: '40 seconds' | '0 ms' = '40 seconds') =>
  view('late', events)
    .window(tumbling('10 seconds'), { allowedLateness })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v) }));
const late = lateView().alert('high', { ...high, severity: 'warning' });

async function world(...views: View[]): Promise<SmallWorld> {
  return new SmallWorld(pipeline('p', views));
}
const messagesOf = (small: SmallWorld, name: string) => announcedBy(small.view(name), small.stores);
const brief = ({ id, sequence, kind, severity }: AlertMessage) =>
  `${id.slice(id.lastIndexOf('/') + 1)}.${sequence} ${kind} ${severity}`;

test('a message tells of the incident in full', async () => {
  const small = await world(plain);
  await small.take([event(1, 6), event(2, 6), event(10, 0)]);
  await small.finalize('plain');
  expect(await messagesOf(small, 'plain')).toEqual([
    {
      id: `${small.view('plain').key}/high/0/1`,
      sequence: 1,
      kind: 'opened',
      view: 'plain',
      alert: 'high',
      severity: 'warning',
      group: { key: 'a' },
      window_start: at(0),
      window_end: at(10),
      from: at(0),
      to: null,
      reason: 'total ≥ 10: total is 12',
      merged_into: null,
      grouped: null,
    },
  ]);
});

test('an incident is told of from opening by way of escalation to resolution, also where the group falls silent', async () => {
  const small = await world(plain);
  for (const batch of [[event(1, 12)], [event(11, 100)], [event(21, 12)], [event(31, 0, 'b')], [event(45, 0, 'b')]]) {
    await small.take(batch);
    await small.finalize('plain');
  }
  const messages = await messagesOf(small, 'plain');
  expect(messages.map(brief)).toEqual(['1.1 opened warning', '1.2 escalated critical', '1.3 resolved critical']);
  expect(messages.at(-1)).toMatchObject({
    window_start: at(30),
    from: at(0),
    to: at(30),
    reason: 'total ≥ 10: total is 100',
  });
});

test('a late event withdraws, prolongs and merges what was announced', async () => {
  const small = await world(late);
  await small.take([event(1, 12), event(11, 5), event(21, 12), event(31, 12), event(41, 0)]);
  await small.finalize('late');
  expect((await messagesOf(small, 'late')).map(brief)).toEqual([
    '1.1 opened warning',
    '1.2 resolved warning',
    '2.1 opened warning',
  ]);
  await small.take([event(12, 5)]);
  await small.finalize('late');
  expect((await messagesOf(small, 'late')).slice(3).map(brief)).toEqual(['2.2 merged warning', '1.3 reopened warning']);
  await small.take([event(13, -5), event(2, -10)]);
  await small.finalize('late');
  expect(believed(await messagesOf(small, 'late'))).toEqual([
    { alert: 'high', group: '{"key":"a"}', from: at(20), to: null, severity: 'warning' },
  ]);
});

test('rows are never the memory of what was announced: a finalizer that dies before its commit announces nothing', async () => {
  const small = await world(late);
  await small.take([event(1, 12), event(11, 12), event(21, 0)]);
  const point = new CrashPoint();
  const dying = { ...small.ports, state: point.wrap(small.stores.state) };
  await small.finalize('late', dying);
  const calls = point.calls;
  let announced = 0;
  for (let call = 1; call <= calls; call++) {
    const other = await world(late);
    await other.take([event(1, 12), event(11, 12), event(21, 0)]);
    const state = new CrashPoint(call, 'before').wrap(other.stores.state);
    await expect(other.finalize('late', { ...other.ports, state })).rejects.toThrow(Crash);
    // The row is taken below the threshold before anybody comes back.
    await other.take([event(2, -12), event(12, -12)]);
    await other.finalize('late');
    const messages = await messagesOf(other, 'late');
    announced += messages.length;
    expect(believed(messages)).toEqual([]);
  }
  expect(announced).toBeGreaterThan(0);
});

test('more incidents in one window than are told of one by one are one message, which ends with the last of them', async () => {
  const many = plainAlert({ groupAbove: 3 });
  const small = await world(many);
  const keys = Array.from({ length: 14 }, (_, index) => `k${String(index).padStart(2, '0')}`);
  await small.take(keys.map((key, index) => event(1, index === 7 ? 500 : 20, key)));
  await small.take([event(11, 20, 'k01'), event(12, 20, 'k02'), event(21, 20, 'k02'), event(31, 0)]);
  await small.finalize('plain');
  await small.take([event(45, 0)]);
  await small.finalize('plain');
  const messages = await messagesOf(small, 'plain');
  expect(messages.map(brief)).toEqual(['1.1 opened critical', '1.2 resolved critical']);
  const [opened, resolved] = messages;
  expect(opened).toMatchObject({
    group: null,
    grouped: { count: 14, open: 14 },
    reason: '14 groups at once, the worst: total ≥ 10: total is 500',
  });
  expect(opened?.grouped?.worst.map(({ group }) => group.key)).toEqual([
    'k07',
    ...keys.slice(0, 10).filter((key) => key !== 'k07'),
  ]);
  expect(resolved).toMatchObject({ from: at(0), to: at(30), grouped: { count: 14, open: 0 } });
});

function plainAlert(more: { groupAbove?: number; for?: number }) {
  return view('plain', events)
    .window(tumbling('10 seconds'))
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v) }))
    .alert('high', {
      ...high,
      severity: { critical: (row) => row.total.gte(100), otherwise: 'warning' },
      ...more,
    });
}

describe('an alert that changes', () => {
  const at10 = lateView().alert('high', { ...high, severity: 'warning' });
  const at5 = lateView().alert('high', { when: (row) => row.total.gte(5), severity: 'warning', to: [terminal()] });

  /** The same stores under another definition. */
  const under = (small: SmallWorld, exported: View): SmallWorld => {
    const other = new SmallWorld(pipeline('p', [exported]));
    return Object.assign(other, { stores: small.stores });
  };

  test('ends its incidents as superseded, begins with the windows that are open, and leaves the rows', async () => {
    const small = await world(at10);
    await small.take([event(1, 12), event(11, 12), event(21, 0)]);
    await small.finalize('late');
    const changed = under(small, at5);
    expect(changed.view('late').key).toBe(small.view('late').key);
    const container = changed.container();
    await container.process([
      { sequence: '100', arrivalMs: null, partitionKey: null, data: Buffer.from(JSON.stringify(event(25, 7))) },
      { sequence: '101', arrivalMs: null, partitionKey: null, data: Buffer.from(JSON.stringify(event(31, 0))) },
    ]);
    await changed.finalize('late');
    const messages = await messagesOf(changed, 'late');
    expect(messages.map(brief)).toEqual(['1.1 opened warning', '2.1 opened warning', '1.2 superseded warning']);
    expect(messages[1]).toMatchObject({ from: at(20) });
    expect((await changed.rows('late')).map(({ revision }) => revision)).toEqual([1, 1, 1]);
  });

  test('starts nothing over where only those who are told, or the words, change', async () => {
    const words = lateView().alert('high', { ...high, severity: 'warning', reason: (row) => row.key, maxAge: '1 day' });
    const small = await world(at10);
    expect(under(small, words).view('late').alerts[0]?.key).toBe(small.view('late').alerts[0]?.key);
    expect(under(small, at5).view('late').alerts[0]?.key).not.toBe(small.view('late').alerts[0]?.key);
  });
});

test('rows of windows that began before the view was deployed make no incident', async () => {
  const low = lateView().alert('low', { when: (row) => row.total.lt(10), severity: 'warning', to: [terminal()] });
  const other = view('other', events)
    .window(tumbling('10 seconds'))
    .aggregate(() => ({ n: count() }));
  const before = new SmallWorld(pipeline('p', [other]));
  await before.take([event(1, 12), event(11, 12)]);
  const small = Object.assign(new SmallWorld(pipeline('p', [other, low])), { stores: before.stores });
  const line = (sequence: string, one: object) => ({
    sequence,
    arrivalMs: null,
    partitionKey: null,
    data: Buffer.from(JSON.stringify(one)),
  });
  await small.container().process([line('10', event(12, 3)), line('11', event(22, 3)), line('12', event(41, 0, 'b'))]);
  await small.finalize('late');
  expect((await messagesOf(small, 'late')).map(({ kind, from }) => [kind, from])).toEqual([
    ['opened', at(20)],
    ['resolved', at(20)],
  ]);
});

test('a grouped message tells of the first of its incidents that becomes graver, and of what comes after its end one by one', async () => {
  const many = lateView().alert('high', {
    ...high,
    severity: { critical: (row) => row.total.gte(100), otherwise: 'warning' },
    groupAbove: 2,
  });
  const small = await world(many);
  const brought = async (...batch: object[]) => {
    const before = (await messagesOf(small, 'late')).length;
    await small.take(batch);
    await small.finalize('late');
    return (await messagesOf(small, 'late')).slice(before);
  };
  const all = await brought(event(1, 12, 'a'), event(2, 12, 'b'), event(3, 12, 'c'), event(11, 0));
  expect(all.map(brief)).toEqual(['1.1 opened warning']);
  expect((await brought(event(4, 100, 'b'), event(5, 100, 'c'), event(12, 0))).map(brief)).toEqual([
    '1.2 escalated critical',
  ]);
  expect((await brought(event(6, -12, 'a'), event(21, 0))).map(brief)).toEqual(['1.3 resolved critical']);
  expect((await brought(event(13, 50, 'b'), event(22, 0))).map(brief)).toEqual(['3.1 reopened critical']);
});

test('each bucket counts for itself how many incidents a window has', async () => {
  const halves = view('late', events)
    .window(tumbling('10 seconds'), { buckets: 2 })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v) }))
    .alert('high', { ...high, severity: 'warning', groupAbove: 4 });
  const small = await world(halves);
  await small.take([...'abcdefgh'].map((key) => event(1, 12, key)));
  await small.take([event(11, 0)]);
  for (const bucket of [0, 1]) await finalizeView(small.view('late'), bucket, small.ports);
  const all = await Promise.all([0, 1].map((bucket) => announcedBy(small.view('late'), small.stores, bucket)));
  const counts = all.map((messages) => messages.map(({ grouped }) => grouped?.count ?? 1));
  expect(counts.flat().reduce((sum_, count_) => sum_ + count_, 0)).toBe(8);
  for (const ofBucket of counts) expect(ofBucket.length).toBeLessThanOrEqual(2);
});

test('a view without alerts keeps nothing of them', async () => {
  const small = await world(lateView());
  await small.take([event(1, 12), event(21, 0)]);
  await small.finalize('late');
  const [progress] = await small.stores.state.query({ partition: `progress#${small.view('late').key}` });
  expect(progress?.data).not.toContain('alerts');
});

// ── against the naive reference ──

const KEYS = ['a', 'b'];
const VIEWS: readonly {
  readonly view: View;
  readonly slide: number;
  readonly size: number;
  readonly lateness: number;
  readonly forWindows: number;
  readonly cooldown: number;
  readonly holdsAbove: number | null;
}[] = [
  {
    view: lateView().alert('x', { ...high, severity: { critical: (row) => row.total.gte(20), otherwise: 'info' } }),
    slide: 10,
    size: 10,
    lateness: 40,
    forWindows: 1,
    cooldown: 0,
    holdsAbove: null,
  },
  {
    view: view('late', events)
      .window(sliding({ size: '20 seconds', slide: '10 seconds' }), { allowedLateness: '40 seconds' })
      .groupBy('key')
      .aggregate((e) => ({ total: sum(e.v) }))
      .alert('x', {
        ...high,
        severity: { critical: (row) => row.total.gte(20), otherwise: 'info' },
        for: 2,
        cooldown: '10 seconds',
      }),
    slide: 10,
    size: 20,
    lateness: 40,
    forWindows: 2,
    cooldown: 10,
    holdsAbove: null,
  },
  {
    view: view('late', events)
      .window(tumbling('10 seconds'), { allowedLateness: '20 seconds', emptyWindows: 'zero', keepGroupsFor: 3 })
      .groupBy('key')
      .aggregate((e) => ({ n: count(), total: sum(e.v) }))
      .alert('x', {
        when: (row) => row.total.gte(10),
        severity: { critical: (row) => row.total.gte(20), otherwise: 'info' },
        resolve: (row) => row.total.lt(5),
        to: [terminal()],
      }),
    slide: 10,
    size: 10,
    lateness: 20,
    forWindows: 1,
    cooldown: 0,
    holdsAbove: 5,
  },
  {
    view: lateView('0 ms').alert('x', {
      ...high,
      severity: { critical: (row) => row.total.gte(20), otherwise: 'info' },
    }),
    slide: 10,
    size: 10,
    lateness: 0,
    forWindows: 1,
    cooldown: 0,
    holdsAbove: null,
  },
];

type Rows = readonly Record<string, unknown>[];

/** The incidents of the rows that there are in the end. */
function incidentsOfRows(
  rows: Rows,
  { slide, forWindows, cooldown, holdsAbove, size }: (typeof VIEWS)[number],
): readonly BelievedIncident[] {
  const slideMs = slide * 1000;
  const originMs = T0 * 1000 - 20 * slideMs;
  return KEYS.flatMap((key) => {
    const verdicts = Array.from({ length: 60 }, (_, index): Verdict | null => {
      const start = new Date(originMs + index * slideMs).toISOString();
      const total = rows.find((row) => row.key === key && row.window_start === start)?.total as
        | number
        | null
        | undefined;
      if (total === undefined) return null;
      if ((total ?? 0) >= 10) return { kind: 'fires', severity: (total ?? 0) >= 20 ? 'critical' : 'info', reason: '' };
      // A sum of nothing is null, or 0 in a row of an empty window.
      return holdsAbove !== null && total !== null && total >= holdsAbove ? { kind: 'holds' } : null;
    });
    return naiveIncidents(verdicts, { slideMs, forWindows, cooldownMs: cooldown * 1000 }, originMs).map((found) => ({
      alert: 'x',
      group: JSON.stringify({ key }),
      from: new Date(found.firstMs).toISOString(),
      to: new Date(found.lastMs + size * 1000).toISOString(),
      severity: found.severity,
    }));
  }).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const aBatch = fc.array(
  fc.record({
    ahead: fc.integer({ min: -45, max: 15 }),
    v: fc.integer({ min: -6, max: 14 }),
    key: fc.constantFrom(...KEYS),
  }),
  { minLength: 1, maxLength: 6 },
);
const anAct = fc.oneof(
  { weight: 3, arbitrary: aBatch.map((batch) => ({ kind: 'take' as const, batch })) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('finalize' as const), steps: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      call: fc.integer({ min: 1, max: 30 }),
      after: fc.boolean(),
    }),
  },
);

test('whatever comes late, pauses and crashes, receivers end with the incidents of the final rows', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...VIEWS),
    fc.array(anAct, { maxLength: 14 }),
    async (tested, acts) => {
      const small = await world(tested.view);
      let now = 0;
      for (const act of acts) {
        if (act.kind === 'take') {
          const batch = act.batch.map(({ ahead, v, key }) => event(now + ahead, v, key));
          now = Math.max(now, ...act.batch.map(({ ahead }) => now + ahead));
          await small.take(batch);
        } else if (act.kind === 'finalize') {
          let left = act.steps;
          await small.finalize('late', {}, () => left-- <= 0);
        } else {
          const point = new CrashPoint(act.call, act.after ? 'after' : 'before');
          const { state, pages, results } = small.stores;
          const dying = { state: point.wrap(state), pages: point.wrap(pages), results: point.wrap(results) };
          await small.finalize('late', { ...small.ports, ...dying }).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
          });
        }
      }
      await small.endEvents();
      for (let call = 0; call < 3; call++) await small.finalize('late');
      const messages = await messagesOf(small, 'late');
      expect(believed(messages)).toEqual(incidentsOfRows(await small.rows('late'), tested));
      if (tested.lateness === 0) {
        const kinds = new Set(messages.map(({ kind }) => kind));
        for (const kind of ['reopened', 'revised', 'withdrawn', 'merged'] as const) expect(kinds).not.toContain(kind);
      }
    },
  );
  await fc.assert(property, { seed: 20_261_128, numRuns: casesOf(600) });
});

test('where no lateness is allowed, the same messages come out however the run was cut', async () => {
  const [tested] = VIEWS.slice(-1) as [(typeof VIEWS)[number]];
  const batches = fc.array(aBatch, { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(batches, fc.array(fc.integer({ min: 1, max: 4 })), async (all, cuts) => {
    const runs: (readonly AlertMessage[])[] = [];
    for (const isCut of [false, true]) {
      const small = await world(tested.view);
      let now = 0;
      for (const [index, batch] of all.entries()) {
        await small.take(batch.map(({ ahead, v, key }) => event(now + Math.abs(ahead), v, key)));
        now = Math.max(now, ...batch.map(({ ahead }) => now + Math.abs(ahead)));
        let left = cuts[index] ?? 0;
        if (isCut && left > 0) await small.finalize('late', {}, () => left-- <= 0);
      }
      await small.endEvents();
      for (let call = 0; call < 3; call++) await small.finalize('late');
      runs.push(await messagesOf(small, 'late'));
    }
    expect(runs[1]).toEqual(runs[0]);
  });
  await fc.assert(property, { seed: 20_261_128, numRuns: casesOf(200) });
});

test('a finalizer whose pages of alerts another one replaced meanwhile gives way to it', async () => {
  const small = await world(plain);
  await small.take([event(1, 12), event(11, 0)]);
  await small.finalize('plain');
  await small.take([event(21, 12), event(31, 0)]);
  const { pages } = small.stores;
  let overtaken = false;
  const slow: PageStore = {
    put: (key, bytes) => pages.put(key, bytes),
    delete: (gone) => pages.delete(gone),
    list: (partition) => pages.list(partition),
    async get(page) {
      if (!overtaken) {
        overtaken = true;
        await small.finalize('plain');
      }
      return pages.get(page);
    },
  };
  expect(await small.finalize('plain', { pages: slow })).toMatchObject({ outcome: 'fenced' });
  expect((await messagesOf(small, 'plain')).map(brief)).toEqual([
    '1.1 opened warning',
    '1.2 resolved warning',
    '2.1 opened warning',
  ]);
});
