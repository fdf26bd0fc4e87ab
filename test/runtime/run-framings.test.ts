import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { type RunSummary, runFiles } from '../../runtime/file-run.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ k: Type.String(), n: Type.Integer(), t: Timestamp('epoch-ms') }),
  eventTime: 't',
  partitionKey: 'k',
  maxLateness: '1 hour',
  dedupe: { by: 'n', within: '1 hour' },
});
const perMinute = view('per_minute', clicks)
  .window(tumbling('1 minute'))
  .groupBy('k')
  .aggregate((e) => ({ events: count(), sum: sum(e.n) }));
const plan = compilePipeline(pipelineDefinition(pipeline('framings', [perMinute]), 'the test'));

const EVENTS = Array.from({ length: 40 }, (_, n) => ({ k: `k${n % 5}`, n, t: 1_700_000_000_000 + n * 7_000 }));
const TEXTS = EVENTS.map((event) => JSON.stringify(event));
const PRETTY = EVENTS.map((event) => JSON.stringify(event, null, 2));

const FRAMINGS: readonly [string, string | Buffer][] = [
  ['{…}{…}', TEXTS.join('')],
  ['an array', JSON.stringify(EVENTS)],
  ['a pretty-printed array', JSON.stringify(EVENTS, null, 2)],
  ['pretty-printed objects', PRETTY.join('\n')],
  ['record separators', TEXTS.map((text) => `\x1e${text}\n`).join('')],
  ['carriage returns', TEXTS.join('\r')],
  ['commas', TEXTS.join(',\n')],
  ['two events a line', TEXTS.map((text, n) => text + (n % 2 === 0 ? '' : '\n')).join('')],
  ['members of gzip', Buffer.concat(TEXTS.map((text) => gzipSync(text)))],
];

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'framings-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

async function run(
  content: string | Buffer,
  { shards = 1, stores = memoryStores(systemClock), flush = true } = {},
): Promise<{ readonly counters: RunSummary['counters']; readonly rows: string }> {
  const file = join(dir, 'input');
  writeFileSync(file, content);
  const inputs = new Map([['clicks', [file]]]);
  const { counters } = await runFiles({ plan, inputs, shards, batch: 7, flush, outDir: dir, stores });
  return { counters, rows: readFileSync(join(dir, 'per_minute.jsonl'), 'utf8') };
}

test.each(FRAMINGS)('%s: the rows are those of lines, whatever the number of shards', async (_, content) => {
  const expected = await run(TEXTS.join('\n'));
  expect(expected.counters).toMatchObject({ delivered: 40, accepted: 40 });
  for (const shards of [1, 3]) expect(await run(content, { shards })).toEqual(expected);
});

test.each(FRAMINGS.slice(0, -1))('%s: a file that grows counts each event once', async (_, content) => {
  const expected = await run(TEXTS.join('\n'));
  for (const share of [0.1, 0.37, 0.5, 0.62, 0.83, 0.99]) {
    const stores = memoryStores(systemClock);
    await run(content.slice(0, Math.floor(content.length * share)), { stores, flush: false });
    const { counters, rows } = await run(content, { stores });
    expect([share, rows]).toEqual([share, expected.rows]);
    expect(counters).toMatchObject({ accepted: 40, dead: 0, duplicate: 0 });
  }
});

test('a broken event in the middle of lines is one dead letter', async () => {
  const lines = TEXTS.with(20, '{"k":"k0","n":');
  const { counters } = await run(lines.join('\n'));
  expect(counters).toMatchObject({ delivered: 40, accepted: 39, dead: 1 });
});
