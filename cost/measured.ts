import type { CompressionCurve } from './compression.ts';

/** What is carried from window to window, by what carries it. */
export type CarriedKind = 'rolling' | 'changes' | 'detectors' | 'zeroRows' | 'totals' | 'sessions';

/** By groups, of 1,000 rows. */
interface CarriedUnits {
  readonly writeUnits: readonly number[];
  readonly readUnits: readonly number[];
  readonly puts: readonly number[];
  readonly gets: readonly number[];
  readonly kilobytesPut: readonly number[];
}

/** "Compression": 10,000 events of 326 bytes from a real web log. */
const WEB_LOG: CompressionCurve = {
  source: 'a real web log (npm run bench)',
  events: [1, 10, 100, 1000, 10_000],
  ratios: [0.82, 0.223, 0.103, 0.062, 0.046],
};

/** What `npm run bench` printed, on two shared cores in November 2026. */
export const MEASURED = {
  command: 'npm run bench',

  /** "Decode and aggregate": of one core's CPU time, 1,000 events a record, with zstd. One event a record was no slower. */
  eventsPerSecond: 360_000,

  /** "Finalize": milliseconds for a row with its write left out, of 100,000 groups. */
  rowMs: 0.034,

  /**
   * "Units of one commit", where all are items (`npm run bench -- commits-as-items`): by groups and events a commit, with the share of finalizing. One view of three aggregates, one
   * of which is approximate; the checkpoint's two write units are in it. A round of finalizing is shared by 60 commits.
   */
  commits: {
    groups: [10, 1000, 100_000],
    events: [10, 100, 1000, 10_000],
    perRound: 60,
    writeUnits: [
      [4.3, 4.4, 8.2, 32.2],
      [4.3, 5.2, 17.2, 71.4],
      [4.3, 5.2, 23.2, 193.9],
    ],
    readUnits: [
      [0.3, 0.4, 1, 4.9],
      [0.3, 0.6, 2.6, 11.7],
      [0.4, 0.7, 3.6, 32.2],
    ],
    heldBytes: [
      [40, 212, 1587, 9573],
      [91, 790, 4871, 23_379],
      [107, 901, 6943, 64_762],
    ],
  },

  /**
   * "Units of what comes by the clock": of one stream with one view. Of a sweep's writes, those of what it saw are in
   * `observation`, and the others are of each shard.
   */
  steady: {
    observation: { writes: 2 },
    activeSweep: { writes: 0, reads: 10 },
    silentSweep: { writes: 2, reads: 9 },
    round: { writes: 7, reads: 8 },
  },

  /** "Folding": pages of carried state, by groups. */
  carried: {
    groups: [1000, 100_000],
    /** A group's state in the case of detectors: `anomaly` with its usual memory, full. */
    detectorBytes: 7976,
    kinds: {
      rolling: carried([1.38, 0.08], [0.88, 0], [0.13, 0.08], [0.46, 0.15], [1.13, 9.9]),
      changes: carried([1.38, 0.11], [0.88, 0], [0.13, 0.11], [0.46, 0.22], [1.14, 10.95]),
      // `npm run bench -- folding --groups N`.
      detectors: carried([1.83, 4.81], [3.32, 0], [1.54, 4.81], [35.4, 19.24], [203.37, 923.32]),
      zeroRows: carried([0.67, 0.03], [0.64, 0], [0, 0.03], [0, 0.03], [0, 2.68]),
      totals: carried([2.39, 0.08], [1.26, 0], [0, 0.09], [0, 0.15], [0, 10.49]),
      sessions: carried([12.86, 0.42], [12.42, 0], [3.1, 0.42], [26.16, 1.3], [31.56, 46.04]),
    } satisfies Record<CarriedKind, CarriedUnits>,
  },

  /**
   * "Logs" (`npm run bench -- log-commits`): what a join or pattern adds to one commit of a stream, and what a round of it takes, by the events
   * of a commit of each stream. Of 10,000 keys; of an interval of five minutes, of an as-of join without tolerance, and of a pattern
   * of three steps of which one event in 100 passes one.
   */
  logs: {
    events: [10, 100, 1000, 10_000],
    kinds: {
      interval: {
        commit: {
          writeUnits: [2.8, 5.06, 6.58, 4.35],
          readUnits: [0.71, 1.13, 1.26, 0.97],
          puts: [0, 0, 0.89, 1.26],
          gets: [0, 0, 0.89, 1.26],
          kilobytesPut: [0, 0, 7.2, 69.5],
        },
        heldBytes: [156, 1121, 8788, 71_772],
        round: items([6.33, 6.33, 6.33, 6.33], [3.28, 3.28, 3.28, 3.28]),
      },
      asOf: {
        commit: {
          writeUnits: [4.87, 7.03, 10.6, 6],
          readUnits: [7.37, 7.73, 4.7, 3.08],
          puts: [0, 0, 1, 2],
          gets: [0, 0, 1.97, 2],
          kilobytesPut: [0, 0, 7.8, 85],
        },
        heldBytes: [332, 1390, 10_528, 87_736],
        // The last right row of each key is carried.
        round: {
          writeUnits: [6.98, 6.3, 6.54, 6.96],
          readUnits: [7.28, 5.98, 5.03, 4],
          puts: [0, 0.15, 0.32, 0.98],
          gets: [0, 0.82, 0.91, 0.96],
          kilobytesPut: [0, 4.2, 24.6, 75.4],
        },
      },
      pattern: {
        commit: items([0.3, 2.15, 2.35, 2.35], [0.72, 0.73, 0.68, 0.68]),
        heldBytes: [16, 34, 49, 65],
        round: items([6.4, 6.4, 6.4, 6.4], [5.2, 5.3, 5.2, 5]),
      },
    },
  },

  /** "Lake": CPU time of an event, and of a record beside its events. */
  bronzeEventMicros: 5,
  bronzeRecordMicros: 8,
  /** "Lake": what gzip leaves of an event of a real web log in bronze, with its position. */
  bronzeRatio: 0.11,

  compression: WEB_LOG,
} as const;

function carried(
  writeUnits: readonly number[],
  readUnits: readonly number[],
  puts: readonly number[],
  gets: readonly number[],
  kilobytesPut: readonly number[],
): CarriedUnits {
  return { writeUnits, readUnits, puts, gets, kilobytesPut };
}

/** Nothing of it is an object. */
function items(writeUnits: readonly number[], readUnits: readonly number[]) {
  const none = writeUnits.map(() => 0);
  return { writeUnits, readUnits, puts: none, gets: none, kilobytesPut: none };
}
