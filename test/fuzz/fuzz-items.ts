import type { ItemWrite } from '../../engine/ports/state-store.ts';
import { checkpointWrite, newCheckpoint, parseCheckpoint } from '../../engine/state/checkpoint.ts';
import { StateFormatError } from '../../engine/state/errors.ts';
import { formatLateCounts, type LateCount, parseLateCounts } from '../../engine/state/late-counts.ts';
import { joinParts, NO_PAGES, splitParts } from '../../engine/state/pages.ts';
import { NO_PROGRESS, parseProgress, progressWrite } from '../../engine/state/progress.ts';
import { NO_ROLLUP, parseRollup, rollupWrite } from '../../engine/state/shard-rollup.ts';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { damagedJson } from './odd-json.ts';

const KEY = { partition: 'p', sort: 's' };

/** How an item is written and read; what it gives is written again as the text that it was read from would be. */
interface Kind {
  readonly right: (random: Random) => string;
  /** Reads a text and writes what was read. */
  readonly again: (text: string) => string;
}

const itemOf = (data: string) => ({ key: KEY, version: 1, data });
const dataOf = (write: ItemWrite) => (write.kind === 'put' ? String(write.data) : '');

const MANIFEST = [{ key: { partition: 'segment#v@1#0#s', sort: '2026#0' }, version: 3 }];

const KINDS: Readonly<Record<string, Kind>> = {
  checkpoint: {
    right(random) {
      const unread = newCheckpoint('s', random.pick([[], ['p']]), random.below(10_000));
      const position = random.pick([null, { sequence: String(random.below(1000)), index: random.below(5) }]);
      const seen = { position, clockMs: random.pick([null, 5]), manifest: MANIFEST, views: { 'v@1': 0 } };
      return dataOf(checkpointWrite('clicks', unread, { ...unread, ...seen, version: 1 }));
    },
    again(text) {
      const read = { ...parseCheckpoint(itemOf(text)), version: 1 };
      return dataOf(checkpointWrite('clicks', { ...read, version: 0 }, read));
    },
  },
  progress: {
    right(random) {
      const set = { version: random.below(9), pages: random.below(3), bytes: 10 };
      const carried = { bytes: 10, pages: [{ prefix: '', set: { ...set, serial: 1 } }], index: NO_PAGES };
      const cursor = { fromMs: random.below(9), toMs: 9, hash: random.below(9) };
      const of = { cut: { s1: 3 }, listedPanes: [5], cursor, state: carried, atCutoff: null };
      const pass = { closeUpToMs: random.below(9), settledMs: random.below(9), ...of };
      const next = {
        ...NO_PROGRESS,
        version: 1,
        carried,
        pass: random.pick([null, pass]),
        ledger: [set],
        manifest: MANIFEST,
        handedFrom: { 'w@1': 5 },
      };
      return dataOf(progressWrite('v@1', 0, NO_PROGRESS, next));
    },
    again(text) {
      const read = { ...parseProgress(itemOf(text)), version: 1 };
      return dataOf(progressWrite('v@1', 0, { ...read, version: 0 }, read));
    },
  },
  rollup: {
    right(random) {
      const recent = Array.from({ length: random.below(3) }, (_, shard) => ({ shard: `s${shard}`, atMs: 5 }));
      const seen = { clockMs: random.pick([null, 5]), latestEventMs: random.pick([null, 7]), views: { 'v@1': 0 } };
      return dataOf(rollupWrite('clicks', { ...NO_ROLLUP, ...seen, recent, version: 1 }));
    },
    again: (text) => dataOf(rollupWrite('clicks', { ...parseRollup(itemOf(text)), version: 1 })),
  },
  lateCounts: {
    right(random) {
      const values = ['ann', random.pick([null, 1.5, true])];
      const count = (): LateCount => ({ atMs: random.below(99), missed: random.between(1, 3), values, events: 2 });
      return formatLateCounts(Array.from({ length: random.below(3) }, count));
    },
    again: (text) => formatLateCounts(parseLateCounts(itemOf(text))),
  },
};

/**
 * Reads one changed item that is text, or changed pages. What must hold: it is refused with a `StateFormatError`; or
 * what was read can be written and read again to the same, so that no field is missing and no number is none.
 */
export function fuzzItems(random: Random): string {
  if (random.chance(20)) return fuzzPages(random);
  const name = random.pick(Object.keys(KINDS));
  const { right, again } = KINDS[name] as Kind;
  const text = random.chance(70)
    ? damagedJson(right(random), random)
    : mutate(Buffer.from(right(random)), Buffer.from(right(random)), random).toString();
  try {
    const written = again(text);
    if (again(written) !== written) throw new Error(`What was read as ${name} is another one when it is read again.`);
    return `${name} read`;
  } catch (error) {
    if (!(error instanceof StateFormatError)) throw error;
    if (error.message.length > 500) throw new Error(`A refusal has ${error.message.length} characters.`);
    return `${name} refused`;
  }
}

function fuzzPages(random: Random): string {
  const parts = () =>
    joinParts(Array.from({ length: random.below(4) }, () => Buffer.alloc(random.below(40), random.below(256))));
  const changed = Buffer.from(mutate(parts(), parts(), random));
  const split = splitParts(changed);
  if (split === null) return 'pages refused';
  if (!joinParts(split).equals(changed)) throw new Error('Bytes of pages are lost.');
  return 'pages read';
}
