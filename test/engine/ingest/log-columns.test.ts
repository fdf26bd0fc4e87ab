import fc from 'fast-check';
import {
  asOfJoin,
  count,
  intervalJoin,
  max,
  pattern,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
} from '../../../engine/index.ts';
import { buildChunk } from '../../../engine/ingest/commit-chunk.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import { type Checkpoint, NO_EVENTS } from '../../../engine/state/checkpoint.ts';
import { Random } from '../../oracle/random-events.ts';
import { chunkFacts } from '../../support/chunk-facts.ts';
import { sequence } from '../../support/clicks.ts';
import { plainScanner } from '../../support/plain-scanner.ts';
import { casesOf } from '../../support/random-cases.ts';

const options = {
  schema: Type.Object({
    id: Type.Integer(),
    user: Type.Optional(Type.String()),
    ok: Type.Boolean(),
    paid: Type.Optional(Type.Number()),
    card: Type.Object({ country: Type.Optional(Type.String()) }),
    tags: Type.Optional(Type.Array(Type.String())),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '20 seconds',
} as const;
const looks = stream('looks', options);
const buys = stream('buys', options);

const on = { user: 'user' } as const;
const interval = (type: 'inner' | 'full') =>
  intervalJoin(type, looks, buys, { type, on, between: ['-5 seconds', '10 seconds'] });
const byTwo = asOfJoin('by_two', looks, buys, { on: { id: 'id', ok: 'ok' } });
const twice = (name: string, isStrict: boolean) => {
  const begun = pattern(name, looks, { partitionBy: 'user' }).begin('cheap', (e) => e.paid.lt(3));
  const ends = isStrict ? begun.next('dear', (e) => e.ok) : begun.followedBy('dear', (e) => e.ok.and(e.paid.gt(5)));
  return ends.within('1 minute').select(({ cheap, dear }) => ({ from: cheap.id, to: dear.card.country.coalesce('') }));
};
const perMinute = (name: string, source: never) =>
  view(name, source)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ n: count() }));
const views = [
  view('inner_rows', interval('inner')).select((e) => ({
    country: e.looks.card.country,
    paid: e.buys.paid,
    tags: e.buys.tags,
  })),
  view('full_rows', interval('full'))
    .derive((e) => ({ paid: e.buys.paid, ok: e.looks.ok }))
    .window(tumbling('1 minute'))
    .aggregate((e) => ({ paid: max(e.paid), ok: count(e.ok) })),
  view('by_two_rows', byTwo).select((e) => ({ user: e.looks.user, tags: e.buys.tags })),
  perMinute('loose_rows', twice('loose', false) as never),
  perMinute('strict_rows', twice('strict', true) as never),
  view('plain', looks)
    .window(tumbling('1 minute'))
    .groupBy('user')
    .aggregate((e) => ({ paid: max(e.paid) })),
];
const CASES = casesOf(240, 20);

test.each(['looks', 'buys'])('events of %s come into logs in columns as they do one by one', (name) => {
  const { streams } = compilePipeline(pipelineDefinition(pipeline('p', views), 'the test'));
  const compiled = streams.find((each) => each.name === name) as StreamPlan;
  const plainly: StreamPlan = { ...compiled, scanner: null };
  const seen = { rows: 0, late: 0, groups: 0 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = new Random(seed);
      const lines = Array.from({ length: 150 }, (_, id) => lineOf(random, id));
      const { checkpoint, records } = batchOf(random, lines);
      const limits = { maxEvents: random.pick([Number.POSITIVE_INFINITY, 1 + random.below(100)]), oversized: null };
      const factsOf = (stream: StreamPlan) =>
        chunkFacts(stream, buildChunk(stream, { checkpoint, ids: null }, records, { limits, reading: null }));
      const expected = factsOf(plainly);
      const scanner = plainScanner(compiled, {
        longest: random.pick([1, 7, 1000]),
        isUnusual: () => random.chance(0.1),
        renewEvery: random.pick([1, 3, Number.POSITIVE_INFINITY]),
        onStretch: ({ length }) => {
          seen.rows += length;
        },
      });
      expect(factsOf({ ...compiled, scanner })).toEqual(expected);
      expect(factsOf(compiled)).toEqual(expected);
      seen.late += expected.counters.late;
      for (const { added } of expected.deltas) seen.groups += added.length;
    }),
    { seed: 20_261_129, numRuns: CASES, endOnFailure: true },
  );
  expect(seen.rows).toBeGreaterThan(CASES * 30);
  expect(seen.late).toBeGreaterThan(0);
  expect(seen.groups).toBeGreaterThan(CASES * 5);
});

test('a stream whose events are of both sides of a join is read one by one, and the other one in columns', () => {
  const both = union('both', [looks, buys]);
  const joined = intervalJoin('itself', looks, both, { type: 'inner', on, between: ['0 seconds', '1 second'] });
  const rows = view('rows', joined).select((e) => ({ id: e.looks.id }));
  const { streams } = compilePipeline(pipelineDefinition(pipeline('p', [rows]), 'the test'));
  expect(Object.fromEntries(streams.map(({ name, columns }) => [name, columns !== null]))).toEqual({
    looks: false,
    buys: true,
  });
});

function lineOf(random: Random, id: number): string {
  const at = Date.UTC(2026, 0, 1) + random.below(120_000);
  const user = random.pick(['ann', 'bob', 'Zoë "z"', '', null]);
  return JSON.stringify({
    id: random.pick([id, id % 7]),
    ...(user !== null && { user }),
    ok: random.chance(0.5),
    ...(random.chance(0.8) && { paid: random.pick([random.below(9), random.below(90) / 7, -0, 1e300]) }),
    card: random.chance(0.5) ? { country: random.pick(['CH', 'AT', 'ÅL']) } : {},
    ...(random.chance(0.4) && { tags: random.pick([[], ['a'], ['b', 'c "d"']]) }),
    at: random.chance(0.03) ? 'never' : at,
  });
}

/** Records of some lines, and a checkpoint that some of them are too late for. */
function batchOf(random: Random, lines: readonly string[]) {
  const records = [];
  for (let from = 0; from < lines.length; ) {
    const to = from + random.pick([1, 5, 60]);
    const data = Buffer.from(lines.slice(from, to).join('\n'));
    records.push({ sequence: sequence(from), arrivalMs: null, partitionKey: null, data });
    from = to;
  }
  const checkpoint = {
    version: 3,
    shard: 's1',
    generation: 1,
    position: null,
    insideRecord: false,
    watermarkMs: Date.UTC(2026, 0, 1) + random.pick([-1, 0, 30_000, 60_500]),
    clockMs: null,
    latestEventMs: null,
    clockArrivalMs: null,
    counters: NO_EVENTS,
    manifest: [],
    views: {},
  } as never as Checkpoint;
  return { checkpoint, records };
}
