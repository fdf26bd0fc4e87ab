import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import { startingPosition } from '../../../bin/commands/dev/options.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import type { LiveInputOptions } from '../../../runtime/live/live-inputs.ts';
import { LiveRuntime } from '../../../runtime/live/live-runtime.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ user: Type.String(), at: Timestamp('iso8601') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 ms',
});
const perHour = view('per_hour', clicks)
  .window(tumbling('1 hour'))
  .aggregate(() => ({ clicks: count() }));
const plan = compilePipeline(pipelineDefinition(pipeline('clicks', [perHour]), 'the test'));

const clickAt = (time: string) => JSON.stringify({ user: 'ann', at: `2026-03-01T${time}:00Z` });
const LINES = [
  clickAt('08:10'),
  clickAt('09:10'),
  'no event',
  // Two events in a line: one is not before.
  clickAt('09:20') + clickAt('09:40'),
  clickAt('09:15'),
  clickAt('09:30'),
  clickAt('10:30'),
  clickAt('11:30'),
];
const STARTS_AT_MS = Date.parse('2026-03-01T09:30:00Z');

let dir: string;
let file: string;
let stores: EmbeddedStores;
const clock = new ManualClock(Date.parse('2026-03-02T00:00:00Z'));
const monotonic = new ManualClock(0);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'starting-'));
  file = join(dir, 'clicks.jsonl');
  writeFileSync(file, `${LINES.join('\n')}\n`);
  stores = openEmbedded(':memory:', clock);
});
afterEach(() => {
  stores.close();
  rmSync(dir, { recursive: true });
});

interface Given {
  readonly startsAtMs: number | null;
  readonly eventsPerSecond?: number;
}

const replayed = ({ startsAtMs, eventsPerSecond = 1000 }: Given): LiveInputOptions => ({
  replays: new Map([['clicks', { file, eventsPerSecond }]]),
  startsAtMs,
});

/** So many rounds of a process of its own, and then its rows and how many events it has had. */
async function run(inputs: LiveInputOptions, rounds = 5) {
  const runtime = await LiveRuntime.open({ plan, stores, storePath: '', shards: 1, clock, monotonic, ...inputs });
  for (let round = 0; round < rounds; round++) {
    monotonic.advance(200);
    await new Promise(setImmediate);
    await runtime.tick();
  }
  const [status] = (await runtime.status()).streams;
  await runtime.close();
  const [{ key }] = plan.views as [ViewPlan];
  const toMs = Date.parse('2027-01-01T00:00:00Z');
  const { rows } = await stores.results.windows({ view: key, fromMs: 0, toMs, limit: 10 });
  const told = rows.map(({ windowStartMs, columns, partial }) => [
    new Date(windowStartMs).toISOString().slice(11, 16),
    JSON.parse(columns).clicks,
    partial ? 'partial' : 'whole',
  ]);
  const { accepted, late, dead } = status?.counters ?? {};
  return { rows: told, accepted, late, dead };
}

const FROM_THEN = {
  // The two events of one line and 09:30; the window began before.
  rows: [
    ['09:00', 3, 'partial'],
    ['10:00', 1, 'whole'],
  ],
  accepted: 5,
  late: 0,
  dead: 1,
};

test('a replay passes over what happened before, and takes no time for it', async () => {
  expect(await run(replayed({ startsAtMs: STARTS_AT_MS, eventsPerSecond: 5 }), 6)).toEqual(FROM_THEN);
});

test('without a time all lines are sent', async () => {
  expect(await run(replayed({ startsAtMs: null }))).toMatchObject({
    rows: [
      ['08:00', 1, 'whole'],
      ['09:00', 5, 'whole'],
      ['10:00', 1, 'whole'],
    ],
    accepted: 8,
  });
});

test('what was passed over stays so when the next start says no time', async () => {
  await run(replayed({ startsAtMs: STARTS_AT_MS }));
  expect(await run(replayed({ startsAtMs: null }))).toEqual(FROM_THEN);
});

test('a file that is followed, and a pipe, begin there too', async () => {
  const tails = [{ stream: 'clicks', file }];
  expect(await run({ replays: new Map(), tails, startsAtMs: STARTS_AT_MS })).toEqual(FROM_THEN);
  stores.close();
  stores = openEmbedded(':memory:', clock);
  const standardInput = { stream: 'clicks', source: Readable.from([LINES.join('\n')]) };
  expect(await run({ replays: new Map(), standardInput, startsAtMs: STARTS_AT_MS })).toEqual(FROM_THEN);
});

test('the option is a time or oldest', () => {
  expect(startingPosition(undefined)).toBeNull();
  expect(startingPosition('oldest')).toBeNull();
  expect(startingPosition('2026-03-01T10:30:00+01:00')).toBe(STARTS_AT_MS);
  expect(() => startingPosition('latest')).toThrow(
    "--starting-position is 'latest', and must be 'oldest' or a time, such as 2026-03-01T00:00:00Z.",
  );
});
