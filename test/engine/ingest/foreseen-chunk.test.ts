import fc from 'fast-check';
import { type BatchItem, type LineBlock, lineRecords } from '../../../engine/decode/line-block.ts';
import { buildChunk } from '../../../engine/ingest/commit-chunk.ts';
import { canForesee, type ForeseenChunk, foreseeChunk, foreseenOn } from '../../../engine/ingest/foreseen-chunk.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import { type Checkpoint, newCheckpoint } from '../../../engine/state/checkpoint.ts';
import { Random } from '../../oracle/random-events.ts';
import { hitLines, randomPipeline } from '../../oracle/random-pipeline.ts';
import { chunkFacts } from '../../support/chunk-facts.ts';
import { casesOf } from '../../support/random-cases.ts';

const CASES = casesOf(200, 20);
const MINUTE_MS = 60_000;

test('a foreseen chunk is what its checkpoint would have made of the batch, or none', () => {
  const seen = { same: 0, none: 0, moved: 0 };
  fc.assert(
    fc.property(randomPipeline, fc.nat(), (exported, seed) => {
      const random = new Random(seed);
      const [stream] = compilePipeline(pipelineDefinition(exported, 'the test')).streams as [StreamPlan];
      const items = batchOf([...hitLines(seed, 60), '{"id":'], random);
      const foreseen = foreseeChunk(stream, 's1', items) as ForeseenChunk;
      const checkpoint = checkpointNear(foreseen, random);
      const chunk = foreseenOn(stream, checkpoint, foreseen);
      if (chunk === null) {
        seen.none++;
        return;
      }
      const limits = { maxEvents: Number.POSITIVE_INFINITY, oversized: null };
      const built = buildChunk(stream, { checkpoint, ids: null }, items, { limits, reading: null });
      expect(chunkFacts(stream, chunk)).toEqual(chunkFacts(stream, built));
      seen.same++;
      seen.moved += Number(chunk.clockMs !== foreseen.chunk.clockMs);
    }),
    { seed: 20_261_201, numRuns: CASES, endOnFailure: true },
  );
  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
});

test('a batch of which something is committed is built on its checkpoint', () => {
  const [stream, items, foreseen] = example();
  const at = (sequence: string) => ({ ...newCheckpoint('s1', []), version: 1, position: { sequence, index: 0 } });
  expect(foreseen.firstSequence).toBe('10');
  expect(foreseenOn(stream, at('9'), foreseen)).not.toBeNull();
  expect(foreseenOn(stream, at('10'), foreseen)).toBeNull();
  expect(foreseenOn(stream, at('9999'), foreseen)).toBeNull();
  expect(foreseeChunk(stream, 's1', items.slice(0, 0))).toBeNull();
});

test('so is one with an event before the watermark, and no other', () => {
  const [stream, , foreseen] = example();
  const earliestMs = foreseen.chunk.earliestEventMs as number;
  const on = (watermarkMs: number, floors = {}) =>
    foreseenOn(stream, { ...newCheckpoint('s1', [], watermarkMs), floors }, foreseen);
  expect(on(earliestMs)).not.toBeNull();
  expect(on(earliestMs + 1)).toBeNull();
  const [view] = stream.views as StreamPlan['views'] & [StreamPlan['views'][number]];
  expect(on(0, { [view.key]: earliestMs + 1 })).toBeNull();
});

test('where duplicates are dropped nothing is foreseen: the ids of the commits before tell them', () => {
  const [stream, items] = example();
  const dedupe = { idOf: () => 1, paneMs: 1, withinMs: 1 };
  expect(canForesee(stream)).toBe(true);
  expect(canForesee({ ...stream, dedupe })).toBe(false);
  expect(foreseeChunk({ ...stream, dedupe }, 's1', items)).toBeNull();
});

function example(): [StreamPlan, BatchItem[], ForeseenChunk] {
  const [exported] = fc.sample(randomPipeline, { seed: 7, numRuns: 1 });
  const [stream] = compilePipeline(pipelineDefinition(exported, 'the test')).streams as [StreamPlan];
  const items = batchOf(hitLines(3, 20), new Random(1));
  return [stream, items, foreseeChunk(stream, 's1', items) as ForeseenChunk];
}

function checkpointNear({ chunk }: ForeseenChunk, random: Random): Checkpoint {
  const { earliestEventMs, latestEventMs } = chunk;
  const nearMs = random.pick([earliestEventMs, latestEventMs]) ?? 0;
  const watermarkMs = nearMs + random.pick([-1_000_000, -61, -1, 0, 0, 1, 61]) * MINUTE_MS;
  const clockMs = random.pick([null, nearMs, (latestEventMs ?? 0) + 5 * MINUTE_MS]);
  const position = random.pick([null, { sequence: '9', index: 0 }]);
  return { ...newCheckpoint('s1', [], watermarkMs), version: 3, position, clockMs, latestEventMs: clockMs };
}

function batchOf(lines: readonly string[], random: Random): BatchItem[] {
  let firstSequence = 10;
  return Array.from({ length: Math.ceil(lines.length / 8) }, (_, index) => {
    const own = lines.slice(index * 8, index * 8 + 8);
    const block: LineBlock = { firstSequence, lines: own.length, data: Buffer.from(`${own.join('\n')}\n`) };
    firstSequence += own.length;
    return random.chance(0.7) ? [block] : [...lineRecords(block)];
  }).flat();
}
