/** What `npm run bench` printed, on two shared cores in November 2026. */
export const MEASURED = {
  command: 'npm run bench',

  /** "Decode and aggregate": of one core, one event a record. Packed records were no slower. */
  eventsPerSecond: 145_000,

  /** "Finalize": milliseconds for a row with its write left out, of 100,000 groups. */
  rowMs: 0.034,

  /**
   * "Units of one commit": by groups and events a commit, with the share of finalizing. One view of three aggregates, one
   * of which is approximate; the checkpoint's two write units are in it.
   */
  commits: {
    groups: [10, 1000, 100_000],
    events: [10, 100, 1000, 10_000],
    writeUnits: [
      [4.6, 5.2, 8.2, 32.2],
      [4.6, 5.2, 17.2, 71.4],
      [4.7, 5.2, 23.2, 193.9],
    ],
    readUnits: [
      [0.3, 0.3, 1, 4.9],
      [0.3, 0.6, 2.6, 11.7],
      [0.3, 0.6, 3.6, 32.1],
    ],
  },
} as const;

/**
 * Between what was measured, on a straight line over the logarithms of both axes. Beyond its end the line goes on; before
 * its beginning it is as there, for a commit has costs of its own.
 */
export function interpolate(table: readonly (readonly number[])[], groups: number, events: number): number {
  const [row, rowShare] = placeOf(MEASURED.commits.groups, groups);
  const [column, columnShare] = placeOf(MEASURED.commits.events, events);
  const at = (r: number, c: number) => Math.log(table[r]?.[c] as number);
  const along = (r: number) => at(r, column) * (1 - columnShare) + at(r, column + 1) * columnShare;
  return Math.exp(along(row) * (1 - rowShare) + along(row + 1) * rowShare);
}

/** The step of the axis on which a value lies, and how far along it. */
function placeOf(axis: readonly number[], value: number): [index: number, share: number] {
  const last = axis.length - 2;
  const index = Math.min(
    Math.max(
      axis.findLastIndex((each) => each <= value),
      0,
    ),
    last,
  );
  const [from, to] = [axis[index] as number, axis[index + 1] as number];
  const share = Math.log(Math.max(value, 1) / from) / Math.log(to / from);
  return [index, Math.max(share, 0)];
}
