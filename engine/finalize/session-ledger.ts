import { CodecError } from '../bytes/errors.ts';
import type { MergeableCodec } from '../bytes/state-codec.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Group, Groups } from '../codec/group.ts';
import { groupKey } from '../codec/group.ts';
import { segmentCodec } from '../codec/segment.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { PageStore } from '../ports/page-store.ts';
import { type PageSet, ViewPages } from '../state/pages.ts';
import type { Progress } from '../state/progress.ts';
import { encodeChunks } from './outputs/downstream.ts';
import type { FinalizeRun } from './run.ts';
import type { Session } from './session.ts';

/** Sets of notes that progress names; then they are written as one. */
const MAX_SETS = 32;

const NO_KEYS: readonly { readonly startMs: number; readonly endMs: number }[] = [];

/** Starts of sessions of one group that have a row, or may have, by start: their ends when they were noted. */
export type LedgerEntry = Map<number, number>;

/** What `readLedger` needs of a view's bucket. */
interface LedgerPlace {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly pages: PageStore;
}

/** What progress names of a ledger: the only state of each group is its `LedgerEntry`. */
export async function readLedger(place: LedgerPlace, { ledger }: Progress): Promise<Groups> {
  const groups: Groups = new Map();
  const [store, codec] = [pagesOf(place), codecOf(place.view)];
  for (const set of ledger) {
    for (const page of await store.load(set)) codec.mergeInto(groups, page);
  }
  return groups;
}

/** Whether a finalizer has gone past a session, as it was then, and so written its row. */
export function hasRow(
  ledger: Groups,
  { group, firstMs }: Pick<Session, 'group' | 'firstMs'>,
  { closedUpToMs }: Progress,
): boolean {
  const endMs = entryOf(ledger, group)?.get(firstMs);
  return endMs !== undefined && endMs < closedUpToMs;
}

/**
 * Which rows of sessions there may be that a late event can still move or merge away.
 *
 * A row's key holds the session's start, so a row whose session begins earlier now has to be taken back, also one that a
 * finalizer is about to write which died, or froze. So a finalizer writes down the keys first, in the commit before the
 * rows, and every later one knows all keys that there can be:
 *
 *   F5: notes (ann, 10:30) | frozen ...................................... writes (ann, 10:30): refused, epoch 9 is there
 *   an event of ann at 10:25 joins her sessions of 10:00 and 10:30
 *   F9:                      reads the note | writes (ann, 10:00), and takes back (ann, 10:30) in epoch 9
 */
export class SessionLedger {
  readonly #run: FinalizeRun;
  readonly #store: ViewPages;
  readonly #codec: ReturnType<typeof segmentCodec>;
  readonly #groups: Groups;

  private constructor(run: FinalizeRun, groups: Groups) {
    this.#run = run;
    this.#store = pagesOf(placeOf(run));
    this.#codec = codecOf(run.view);
    this.#groups = groups;
  }

  static async load(run: FinalizeRun): Promise<SessionLedger> {
    return new SessionLedger(run, await readLedger(placeOf(run), run.fence.progress));
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  has({ group, firstMs }: Session): boolean {
    return !this.isEmpty && (entryOf(this.#groups, group)?.has(firstMs) ?? false);
  }

  /** Keys that there may be rows of. */
  *keys(): Generator<{ readonly group: Group; readonly startMs: number; readonly endMs: number }> {
    for (const group of this.#groups.values()) {
      for (const [startMs, endMs] of group.states[0] as LedgerEntry) yield { group, startMs, endMs };
    }
  }

  /** Keys that there may be rows of for one group. */
  of(group: Pick<Group, 'values'>): readonly { readonly startMs: number; readonly endMs: number }[] {
    const entry = this.isEmpty ? undefined : entryOf(this.#groups, group);
    return entry === undefined ? NO_KEYS : [...entry].map(([startMs, endMs]) => ({ startMs, endMs }));
  }

  /** Writes down the keys of sessions, as pages that the next commit of progress is to name. */
  async note(sessions: readonly Session[], endOf: (session: Session) => number): Promise<readonly PageSet[]> {
    const added: Groups = new Map();
    for (const session of sessions) addEntry(added, session.group, session.firstMs, endOf(session));
    for (const session of sessions) addEntry(this.#groups, session.group, session.firstMs, endOf(session));
    const { progress, nextVersion } = this.#run.fence;
    const isLong = progress.ledger.length >= MAX_SETS;
    const set = await this.#store.save(
      nextVersion,
      encodeChunks({ segments: this.#codec }, isLong ? this.#groups : added),
    );
    return isLong ? [set] : [...progress.ledger, set];
  }

  /** Writes the ledger again, without the keys that need no watching any more. */
  async compact(isNeeded: (group: Group, startMs: number) => boolean): Promise<readonly PageSet[]> {
    const kept: Groups = new Map();
    for (const { group, startMs, endMs } of this.keys()) {
      if (isNeeded(group, startMs)) addEntry(kept, group, startMs, endMs);
    }
    if (kept.size === 0) return [];
    return [await this.#store.save(this.#run.fence.nextVersion, encodeChunks({ segments: this.#codec }, kept))];
  }
}

function placeOf({ view, bucket, ports }: FinalizeRun): LedgerPlace {
  return { view, bucket, pages: ports.pages };
}

function pagesOf({ view, bucket, pages }: LedgerPlace): ViewPages {
  return new ViewPages(pages, 'ledger', view.key, bucket);
}

function codecOf({ key, definition }: ViewPlan): ReturnType<typeof segmentCodec> {
  const [, fingerprint = ''] = key.split('@');
  return segmentCodec(fingerprint, definition.groupBy.length, [entryCodec]);
}

function entryOf(groups: Groups, { values }: Pick<Group, 'values'>): LedgerEntry | undefined {
  return groups.get(groupKey(values))?.states[0] as LedgerEntry | undefined;
}

function addEntry(groups: Groups, { values }: Pick<Group, 'values'>, startMs: number, endMs: number): void {
  const key = groupKey(values);
  const known = groups.get(key);
  if (known === undefined) groups.set(key, { values, states: [new Map([[startMs, endMs]])] });
  else (known.states[0] as LedgerEntry).set(startMs, endMs);
}

/** How a group's entry lies in pages: a varint of how many sessions, and their starts and ends. */
const entryCodec: MergeableCodec<LedgerEntry> = {
  merge(into, from) {
    for (const [startMs, endMs] of from) into.set(startMs, endMs);
  },
  encode(entry, out) {
    out.varint(entry.size);
    for (const [startMs, endMs] of entry) {
      writeValue(out, startMs);
      writeValue(out, endMs);
    }
  },
  decode(input) {
    const entry: LedgerEntry = new Map();
    const count = input.count();
    for (let i = 0; i < count; i++) {
      const [startMs, endMs] = [readValue(input), readValue(input)];
      if (typeof startMs !== 'number' || typeof endMs !== 'number') {
        throw new CodecError('A stored ledger of sessions holds something else than times.');
      }
      entry.set(startMs, endMs);
    }
    return entry;
  },
};
