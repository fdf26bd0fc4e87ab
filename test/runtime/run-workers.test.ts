import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { foreseeChunk } from '../../engine/ingest/foreseen-chunk.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import type { StateStore } from '../../engine/ports/index.ts';
import { asMessage } from '../../runtime/chunk-message.ts';
import type { BatchBuilders } from '../../runtime/chunk-threads.ts';
import { type RunOptions, runFiles } from '../../runtime/file-run.ts';
import { unpackBatch } from '../../runtime/packed-batch.ts';
import { streamOfFiles } from '../../runtime/stream-of-files.ts';
import { Random } from '../oracle/random-events.ts';
import { hitLines, randomPipeline } from '../oracle/random-pipeline.ts';
import { casesOf } from '../support/random-cases.ts';

const CASES = casesOf(120, 60);
const NOW_MS = Date.parse('2027-01-01T00:00:00Z');

/** Years before most of the others. */
const LATE = '{"id":1,"user":"u1","amount":1,"at":"0001-01-01T00:00:00Z"}';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'workers-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

class Killed extends StreamgaugeError {
  override readonly name = 'Killed';
  readonly code = 'killed';
}

/** Builders as other threads are: they have a plan of their own, take and give copies, and are done in any order. */
function builders(exported: unknown, sort: boolean, random: Random, seen: { built: number }): BatchBuilders {
  const plan = compilePipeline(pipelineDefinition(exported, 'the test'), { hashKey: [random.below(99), 1] });
  const streams = new Map(plan.streams.map((each) => [each.name, streamOfFiles(each, { nowMs: NOW_MS, sort })]));
  return {
    build(name, batch) {
      const stream = streams.get(name);
      if (stream === undefined || random.chance(0.3)) return null;
      const { shard, packed } = batch;
      const sent = structuredClone(packed, { transfer: [packed.memory] });
      const { message, transfer } = asMessage(foreseeChunk(stream, shard.id, unpackBatch(sent)));
      seen.built++;
      const foreseen = structuredClone(message, { transfer: [...transfer] });
      // Whoever took something along that is a view of the memory sees other bytes from here on.
      const memory = sent.memory.slice();
      new Uint8Array(sent.memory).fill(0x20);
      const built = { batch: { ...batch, packed: { ...sent, memory } }, foreseen };
      return turns(random.below(4)).then(() => built);
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** A state that is killed at one of its commits. */
function killedAfter(state: StateStore, commits: number): StateStore {
  let left = commits;
  return new Proxy(state, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (typeof value !== 'function') return value;
      if (name !== 'transact') return value.bind(of);
      return (...args: unknown[]) => {
        if (left-- === 0) throw new Killed('The process is killed here.');
        return value.apply(of, args);
      };
    },
  });
}

/** All files that a run has written, by their names. */
async function run(options: Omit<RunOptions, 'outDir' | 'nowMs'>): Promise<Readonly<Record<string, string>>> {
  const outDir = mkdtempSync(join(dir, 'out-'));
  const { counters } = await runFiles({ ...options, outDir, nowMs: NOW_MS });
  const files = readdirSync(outDir).sort();
  const contents = files.map((file) => [file, readFileSync(join(outDir, file), 'utf8')]);
  return { ...Object.fromEntries(contents), counters: JSON.stringify(counters) };
}

/** Where a process is killed between a commit and its wake-ups, the next one finalizes both commits in one pass: a revision less. */
function withoutRevisions(files: Readonly<Record<string, string>>) {
  return Object.entries(files).map(([name, text]) => [name, text.replaceAll(/"revision":\d+/g, '"revision":0')]);
}

test('other threads change no byte of what a run writes, late or dead, also where it was killed and went on', async () => {
  const seen = { built: 0, killed: 0, late: 0, dead: 0 };
  await fc.assert(
    fc.asyncProperty(randomPipeline, fc.nat(), async (exported, seed) => {
      const random = new Random(seed);
      const lines = hitLines(seed, 150).flatMap((line) => (random.chance(0.02) ? [line, '{"id":'] : [line]));
      for (let late = 0; late < 5; late++) lines.splice(100 + random.below(50), 0, LATE);
      const file = join(dir, 'hits.jsonl');
      writeFileSync(file, lines.join('\n'));
      const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
      const of = {
        plan,
        inputs: new Map(plan.streams.map(({ name }) => [name, [file]])),
        shards: random.pick([1, 1, 3]),
        batch: random.pick([7, 20, 50]),
        flush: true,
        sort: random.chance(0.2),
      };
      const alone = await run({ ...of, stores: memoryStores(systemClock) });
      const threads = () => builders(exported, of.sort, random, seen);
      expect(await run({ ...of, stores: memoryStores(systemClock), threads: threads() })).toEqual(alone);
      const stores = memoryStores(systemClock);
      const state = killedAfter(stores.state, random.below(20));
      await run({ ...of, stores: { ...stores, state }, threads: threads() }).catch((error) => {
        if (!(error instanceof Killed)) throw error;
        seen.killed++;
      });
      const goesOn = random.chance(0.5) ? { threads: threads() } : {};
      expect(withoutRevisions(await run({ ...of, stores, ...goesOn }))).toEqual(withoutRevisions(alone));
      const counters = JSON.parse(alone.counters as string);
      seen.late += (alone['_late.jsonl'] ?? '').length;
      seen.dead += counters.dead;
    }),
    { seed: 20_261_202, numRuns: CASES, endOnFailure: true },
  );
  // Of two or three cases nobody can say what is in them.
  if (CASES >= 15) expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
});
