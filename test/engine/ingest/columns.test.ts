import fc from 'fast-check';
import type { IdPanes } from '../../../engine/dedupe/id-panes.ts';
import { buildChunk } from '../../../engine/ingest/commit-chunk.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import { type Checkpoint, NO_EVENTS } from '../../../engine/state/checkpoint.ts';
import { Random } from '../../oracle/random-events.ts';
import { hitLines, randomPipeline } from '../../oracle/random-pipeline.ts';
import { chunkFacts } from '../../support/chunk-facts.ts';
import { sequence } from '../../support/clicks.ts';
import { plainScanner } from '../../support/plain-scanner.ts';
import { casesOf } from '../../support/random-cases.ts';

const CASES = casesOf(300, 30);

test('events in columns come to what they come to one by one', () => {
  const seen = { rows: 0, late: 0, groups: 0, cut: 0, aside: 0 };
  fc.assert(
    fc.property(randomPipeline, fc.nat(), (exported, seed) => {
      const random = new Random(seed);
      const [compiled] = compilePipeline(pipelineDefinition(exported, 'the test')).streams as [StreamPlan];
      const stream: StreamPlan = { ...compiled, scanner: null };
      const unusual = random.pick([0, 0, 0.1, 0.5]);
      const scanned: StreamPlan = {
        ...stream,
        scanner: plainScanner(stream, {
          longest: random.pick([1, 7, 1000]),
          isUnusual: () => random.chance(unusual),
          onStretch: ({ length }) => {
            seen.rows += length;
          },
          renewEvery: random.pick([1, 3, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
        }),
      };
      const lines = hitLines(random.below(2 ** 31), 120);
      const records = packed(lines, random);
      const before = checkpointAt(random, lines);
      const limits = { maxEvents: random.pick([Number.POSITIVE_INFINITY, random.below(100) + 1]), oversized: null };
      const plain = buildChunk(stream, before, records, { limits, reading: null });
      const columns = buildChunk(scanned, before, records, { limits, reading: null });
      expect(chunkFacts(scanned, columns)).toEqual(chunkFacts(stream, plain));
      seen.late += plain.counters.late;
      seen.cut += Number(plain.insideRecord);
      seen.aside += plain.sideOutputs.length;
      for (const { segments } of plain.views) seen.groups += segments.length;
    }),
    { seed: 20_261_129, numRuns: CASES, endOnFailure: true },
  );
  expect(seen.rows).toBeGreaterThan(CASES * 30);
  expect(seen.late).toBeGreaterThan(0);
  expect(seen.cut).toBeGreaterThan(0);
  expect(seen.aside).toBeGreaterThan(0);
  expect(seen.groups).toBeGreaterThan(CASES * 5);
});

function packed(lines: readonly string[], random: Random) {
  const records = [];
  for (let from = 0; from < lines.length; ) {
    const to = from + random.pick([1, 5, 60]);
    const arrivalMs = random.pick([null, null, Date.parse('2026-06-30T22:00:00Z')]);
    const data = Buffer.from(lines.slice(from, to).join('\n'));
    records.push({ sequence: sequence(from), arrivalMs, partitionKey: null, data });
    from = to;
  }
  return records;
}

/** A checkpoint among the events, or before all of them. */
function checkpointAt(random: Random, lines: readonly string[]): { checkpoint: Checkpoint; ids: IdPanes | null } {
  const times = lines.flatMap((line) => {
    const [, at = ''] = /"at":("[^"]+"|-?\d+)/.exec(line) ?? [];
    const ms = at.startsWith('"') ? Date.parse(JSON.parse(at)) : Number(at);
    return Number.isFinite(ms) && at !== '' ? [ms] : [];
  });
  const watermarkMs = random.pick([Math.min(...times) - 1, random.pick(times as [number]), Math.max(...times)]);
  const checkpoint: Checkpoint = {
    version: 3,
    shard: 's1',
    generation: 1,
    position: null,
    insideRecord: false,
    watermarkMs,
    clockMs: null,
    latestEventMs: null,
    clockArrivalMs: null,
    counters: NO_EVENTS,
    manifest: [],
    views: {},
  } as never;
  return { checkpoint, ids: null };
}
