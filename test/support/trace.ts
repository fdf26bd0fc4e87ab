import { comparePositions } from '../../engine/ports/position.ts';
import type { Checkpoint } from '../../engine/state/checkpoint.ts';
import type { LoggedTransaction } from './faulty-state-store.ts';
import { type Delivered, NAIVE_VIEWS, naiveResult, type TakenIn } from './naive-reference.ts';
import type { World } from './world.ts';

const MAX_LATENESS_MS = 60_000;

/** The writes of a shard's checkpoint, in the order in which they were applied. */
function checkpointWrites(transactions: readonly LoggedTransaction[]): Checkpoint[] {
  return transactions
    .filter(({ outcome }) => outcome.kind === 'committed')
    .flatMap(({ writes }) => writes)
    .flatMap((write) =>
      write.kind === 'put' && write.key.partition.startsWith('checkpoint#')
        ? [{ ...(JSON.parse(String(write.data)) as Checkpoint), version: write.version }]
        : [],
    );
}

/**
 * Goes through all that was committed and checks what must hold at each step: versions and watermarks rise, a
 * watermark is that of the events, the global watermark never goes back.
 */
function followCommits(world: World, log: ReadonlyMap<string, readonly Delivered[]>): TakenIn[] {
  const current = new Map<string, Checkpoint>();
  const commits: TakenIn[] = [];
  let globalMs = Number.NEGATIVE_INFINITY;
  for (const next of checkpointWrites(world.state.transactions)) {
    const before = current.get(next.shard);
    current.set(next.shard, next);
    const unretired = [...current.values()].filter(({ retired }) => !retired);
    const nowMs = Math.min(...unretired.map(({ watermarkMs }) => watermarkMs));
    // Until all shards are known for the first time there is no global watermark that anybody could have used.
    if (globalMs !== Number.NEGATIVE_INFINITY || commits.length > 0) expect(nowMs).toBeGreaterThanOrEqual(globalMs);
    if (commits.length > 0) globalMs = Math.max(globalMs, nowMs);
    expect(next.version).toBe((before?.version ?? 0) + 1);
    if (before === undefined) continue;
    expect(next.watermarkMs).toBeGreaterThanOrEqual(before.watermarkMs);
    const events = next.counters.delivered - before.counters.delivered;
    if (events === 0) continue;
    if (before.position !== null && next.position !== null) {
      expect(comparePositions(next.position, before.position)).toBeGreaterThan(0);
    }
    commits.push({ shard: next.shard, events, watermarkMs: before.watermarkMs });
    const seen = log.get(next.shard)?.slice(0, next.counters.delivered) ?? [];
    const clocks = seen.flatMap(({ click, arrivalMs }) =>
      click ? [Math.min(click.time, arrivalMs ?? click.time)] : [],
    );
    expect(next.watermarkMs).toBe(Math.max(before.watermarkMs, ...clocks.map((ms) => ms - MAX_LATENESS_MS)));
  }
  return commits;
}

/**
 * Compares everything that a world came to with the naive reference, which is told only where the commits were cut.
 *
 * `overtaken`: how often a finalizer may have been overtaken by another that still works. A late event that one of them
 * read and the other did not can then come, go and come again, with a revision each time.
 */
export async function expectNaive(
  world: World,
  log: ReadonlyMap<string, readonly Delivered[]>,
  overtaken = 0,
): Promise<void> {
  const expected = naiveResult(log, followCommits(world, log));
  expect(await world.counters()).toEqual({ ...expected.counters, duplicate: 0, discarded: 0 });
  expect(expected.counters.delivered).toBe([...log.values()].reduce((sum, events) => sum + events.length, 0));
  for (const view of Object.keys(NAIVE_VIEWS) as (keyof typeof NAIVE_VIEWS)[]) {
    const rows = await world.rows(view);
    expect(rows.map(({ columns }) => JSON.stringify(columns)).sort()).toEqual(expected.rows[view]);
    for (const { columns, revision, partial, lateEvents } of rows) {
      const { window_start, window_end } = columns;
      const group = view === 'pages' ? { page: columns.page } : view === 'users' ? { user: columns.user } : {};
      const name = JSON.stringify([view, { window_start, window_end, ...group }]);
      const revising = expected.revising.get(name) ?? 0;
      const missing = expected.missing.get(name) ?? 0;
      const most = 1 + missing + revising + (revising === 0 ? 0 : overtaken);
      expect([view, columns, revision >= 1 && revision <= most, partial, lateEvents]).toEqual([
        view,
        columns,
        true,
        false,
        missing,
      ]);
    }
  }
  const sides = await world.sides();
  const late = sides.flatMap((side) => {
    if (side.kind === 'dead') return [];
    const { id } = JSON.parse(Buffer.from(side.bytes).toString()) as { id: string };
    return [`${id} ${side.missed.view}`];
  });
  expect(late.sort()).toEqual(expected.late);
  expect(sides.filter(({ kind }) => kind === 'dead').length).toBe(expected.counters.dead);
}
