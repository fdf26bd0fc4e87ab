import { LOG_CASES, measureLogCommits } from '../../bench/log-commits.ts';
import type { LogKind } from '../../cost/logs.ts';
import { MEASURED } from '../../cost/measured.ts';

/** How far what a run takes may be from the table. */
const FACTOR = 1.2;

test.each(Object.keys(LOG_CASES) as LogKind[])('a short run of the %s log takes what the table says', async (kind) => {
  const { commit, heldBytes, round } = await measureLogCommits(LOG_CASES[kind], MEASURED.logs.events[0]);
  const table = MEASURED.logs.kinds[kind];
  const pairs = [
    [commit.writeUnits, table.commit.writeUnits],
    [commit.readUnits, table.commit.readUnits],
    [heldBytes, table.heldBytes],
    [round.writeUnits, table.round.writeUnits],
    [round.readUnits, table.round.readUnits],
  ] as const;
  for (const [found, [expected = 0]] of pairs) {
    expect(found).toBeGreaterThan(expected / FACTOR);
    expect(found).toBeLessThan(expected * FACTOR);
  }
  expect(commit.puts + round.puts).toBe(0);
});
