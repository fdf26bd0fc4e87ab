import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { autoDetector } from '../../engine/detectors/auto/auto.ts';
import type { Detector } from '../../engine/detectors/detector.ts';
import { type GoldenCase, goldenCases, linesOf, loadGolden, runGolden, runGoldenTwice } from './harness.ts';

const golden = goldenCases(__dirname).find(({ name }) => name === 'detection') as GoldenCase;
const WINDOW_MS = 600_000;

let outDir: string;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'golden-'));
});
afterEach(() => rmSync(outDir, { recursive: true }));

/** What the detector says of each group's rows, one after the other, with nothing stored in between. */
function alone(rows: readonly Record<string, unknown>[]): unknown[] {
  const groups = new Map<unknown, { detector: Detector; nextMs: number }>();
  return rows.map(({ key, window_start, v }) => {
    const startMs = Date.parse(window_start as string);
    const group = groups.get(key) ?? {
      detector: autoDetector.create({ sensitivity: 0.8, memory: 8, warmUp: 20 }),
      nextMs: startMs,
    };
    groups.set(key, group);
    if (startMs > group.nextMs) group.detector.skip((startMs - group.nextMs) / WINDOW_MS);
    group.nextMs = startMs + WINDOW_MS;
    const { isAnomaly, ...verdict } = group.detector.step(v as number, startMs);
    return { ...verdict, is_anomaly: isAnomaly };
  });
}

async function checkRows(): Promise<void> {
  const rows = linesOf(outDir)['rows.jsonl'] ?? [];
  expect(rows.map(({ unusual }) => unusual)).toEqual(alone(rows));
  const found = rows.filter(({ unusual }) => (unusual as { is_anomaly: boolean }).is_anomaly);
  expect(found.map(({ v }) => v)).toContain(90);
}

test.each([
  { shards: 1, batch: 500 },
  { shards: 2, batch: 7 },
  { shards: 5, batch: 1 },
])('$shards shards and batches of $batch give the anomalies of the detector alone', async (way) => {
  await runGolden({ plan: await loadGolden(golden), golden, ...way, outDir });
  await checkRows();
});

test.each([0.2, 0.5, 0.9])('so does a run that crashes after %d of its writes, and goes on', async (share) => {
  const run = { plan: await loadGolden(golden), golden, shards: 2, batch: 7, outDir };
  await runGoldenTwice(run, Math.ceil(share * (await runGolden(run))));
  await checkRows();
});
