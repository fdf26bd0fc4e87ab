import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type BatchItem, type LineBlock, lineRecords, linesOf } from '../../../engine/decode/line-block.ts';
import { buildChunk } from '../../../engine/ingest/commit-chunk.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import type { Position } from '../../../engine/ports/position.ts';
import { type Checkpoint, NO_EVENTS } from '../../../engine/state/checkpoint.ts';
import { Random } from '../../oracle/random-events.ts';
import { hitLines, randomPipeline } from '../../oracle/random-pipeline.ts';
import { chunkFacts } from '../../support/chunk-facts.ts';
import { plainScanner } from '../../support/plain-scanner.ts';
import { casesOf } from '../../support/random-cases.ts';

const CASES = casesOf(200, 20);

test('lines of blocks come to what they come to as records', () => {
  const seen = { rows: 0, cut: 0, dead: 0, inside: 0 };
  fc.assert(
    fc.property(randomPipeline, fc.nat(), (exported, seed) => {
      const random = new Random(seed);
      const [stream] = compilePipeline(pipelineDefinition(exported, 'the test')).streams as [StreamPlan];
      const lines = oddLines(random);
      const blocks = blocksOf(lines, random);
      const records = blocks.flatMap((block) => [...lineRecords(block)]);
      const scanner = random.pick([stream.scanner, null, naive(stream, random, seen)]);
      const limits = { maxEvents: random.pick([Number.POSITIVE_INFINITY, random.below(100) + 1]), oversized: null };
      const insideRecord = random.chance(0.2);
      const taken = random.pick([null, records[random.below(records.length)]?.sequence ?? null]);
      // No record has more than two events.
      const position = taken === null ? null : { sequence: taken, index: insideRecord ? 0 : 1 };
      const before = { checkpoint: checkpointAt(random, position, insideRecord), ids: null };
      const build = (of: StreamPlan, items: readonly BatchItem[]) =>
        chunkFacts(of, buildChunk(of, before, items, { limits, reading: null }));
      const plain = build({ ...stream, scanner: null }, records);
      expect(build({ ...stream, scanner }, blocks)).toEqual(plain);
      seen.cut += Number(!plain.complete);
      seen.dead += plain.counters.dead;
      seen.inside += Number(plain.insideRecord);
    }),
    { seed: 20_261_130, numRuns: CASES, endOnFailure: true },
  );
  expect(seen.rows).toBeGreaterThan(CASES);
  expect(seen.cut).toBeGreaterThan(0);
  expect(seen.dead).toBeGreaterThan(0);
});

test('a block is cut where its lines are, and blank ones do not count', () => {
  const block: LineBlock = { firstSequence: 7, lines: 3, data: Buffer.from('\na\n \t\r\nbb\n\u00a0\n\n') };
  const texts = (of: LineBlock) => [...lineRecords(of)].map(({ sequence, data }) => `${sequence} ${data}`);
  expect(texts(block)).toEqual(['7 a', '8 bb', '9 \u00a0']);
  expect(texts(linesOf(block, 1, 2))).toEqual(['8 bb']);
  expect(texts(linesOf(block, 2, 3))).toEqual(['9 \u00a0']);
});

function naive(stream: StreamPlan, random: Random, seen: { rows: number }) {
  return plainScanner(stream, {
    longest: random.pick([1, 7, 1000]),
    isUnusual: () => random.chance(0.1),
    onStretch: ({ length }) => {
      seen.rows += length;
    },
    renewEvery: random.pick([1, Number.POSITIVE_INFINITY]),
  });
}

/** Events, and whatever a line of a file can be as well. */
function oddLines(random: Random): Buffer[] {
  return hitLines(random.below(2 ** 31), 120).flatMap((line) => {
    const odd = random.pick([
      () => [],
      () => [],
      () => [],
      () => [Buffer.from(random.pick(['', ' ', '\r', '\u00a0', '{', '[1]', 'null', '\ufeff{}']))],
      () => [Buffer.from([0x7b, 0xff, 0x7d])],
      () => [Buffer.from(`${line}\r`)],
      () => [Buffer.from(line.replace('"at"', '"\\u0061t"'))],
      () => [packed([line, line])],
    ]);
    return [...odd(), Buffer.from(line)];
  });
}

/** Several events in one line of a file: gzip without the byte of a line break. */
function packed(lines: readonly string[]): Buffer {
  for (let level = 0; level <= 9; level++) {
    const bytes = gzipSync(lines.join('\n'), { level });
    if (!bytes.includes(0x0a)) return bytes;
  }
  return Buffer.from(lines[0] as string);
}

function blocksOf(lines: readonly Buffer[], random: Random): LineBlock[] {
  const blocks: LineBlock[] = [];
  let firstSequence = 1;
  for (let from = 0; from < lines.length; ) {
    const to = from + random.pick([1, 5, 200]);
    const data = Buffer.concat(lines.slice(from, to).flatMap((line) => [line, Buffer.from('\n')]));
    from = to;
    const count = [...lineRecords({ firstSequence, lines: 0, data })].length;
    if (count > 0) blocks.push({ firstSequence, lines: count, data });
    firstSequence += count;
  }
  return blocks;
}

function checkpointAt(random: Random, position: Position | null, insideRecord: boolean): Checkpoint {
  const watermarkMs = Date.parse(random.pick(['2026-01-01T00:00:00Z', '2026-06-30T23:00:00Z']));
  return {
    version: 3,
    shard: 's1',
    generation: 1,
    position,
    insideRecord: position !== null && insideRecord,
    watermarkMs,
    clockMs: null,
    latestEventMs: null,
    clockArrivalMs: null,
    counters: NO_EVENTS,
    countedLate: 0,
    manifest: [],
    views: {},
    parents: [],
    retired: false,
    rolledUp: false,
  };
}
