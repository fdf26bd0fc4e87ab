import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openEmbedded } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { SEGMENT_VERSION } from '../../engine/codec/segment.ts';
import { IDS_VERSION } from '../../engine/dedupe/id-codec.ts';
import {
  type GoldenCase,
  type GoldenRun,
  goldenCases,
  loadGolden,
  runGolden,
  runOn,
  runUntilCrash,
} from '../goldens/harness.ts';

/**
 * Samples of state: for each golden case the embedded store of a process that died halfway, as `<case>.db.gz` in a folder
 * named by the versions of the codecs that wrote it. Code of today goes on from each of them.
 */
export const SAMPLES = join(import.meta.dirname, 'samples');

/** The folder of what this code writes. */
export const CURRENT = `segments-${SEGMENT_VERSION}-ids-${IDS_VERSION}`;

const GOLDENS = join(import.meta.dirname, '../goldens');

/** Cases that run: those that are refused leave no state. */
export function sampledCases(): readonly GoldenCase[] {
  return goldenCases(GOLDENS).filter(({ dir }) => !existsSync(join(dir, 'expected', 'error.txt')));
}

export function sampleFolders(): readonly string[] {
  return readdirSync(SAMPLES).sort();
}

/** Writes the samples of this code; those that exist are left as they are. Gives the names of the new ones. */
export async function takeSamples(): Promise<readonly string[]> {
  const folder = join(SAMPLES, CURRENT);
  mkdirSync(folder, { recursive: true });
  const taken: string[] = [];
  for (const golden of sampledCases()) {
    const file = join(folder, `${golden.name}.db.gz`);
    if (existsSync(file)) continue;
    writeFileSync(file, await takeSample(golden));
    taken.push(golden.name);
  }
  return taken;
}

async function takeSample(golden: GoldenCase): Promise<Buffer> {
  return inFolder(async (dir) => {
    const run = await runOf(golden, dir);
    const writes = await runGolden(run);
    const path = join(dir, 'sample.db');
    const stores = openEmbedded(path, systemClock);
    await runUntilCrash(run, Math.ceil(writes / 2), stores);
    stores.close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = DELETE; VACUUM');
    database.close();
    return gzipSync(readFileSync(path), { level: 9 });
  });
}

/** Goes on from a sample to the end, and writes the files of the run. */
export async function continueSample(folder: string, golden: GoldenCase, outDir: string): Promise<void> {
  await inFolder(async (dir) => {
    const path = join(dir, 'sample.db');
    writeFileSync(path, gunzipSync(readFileSync(join(SAMPLES, folder, `${golden.name}.db.gz`))));
    const stores = openEmbedded(path, systemClock);
    try {
      await runOn(await runOf(golden, outDir), stores);
    } finally {
      stores.close();
    }
  });
}

async function runOf(golden: GoldenCase, outDir: string): Promise<GoldenRun> {
  const [shards, batch] = [golden.shards.at(-1) ?? 1, golden.batches[0] ?? 1];
  return { plan: await loadGolden(golden), golden, shards, batch, outDir };
}

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'sample-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
