import { CodecError } from '../bytes/errors.ts';
import { type Group, groupKey } from '../codec/group.ts';
import type { SegmentCodec } from '../codec/segment.ts';
import type { Value } from '../ir/node.ts';
import type { EventLog } from '../joins/event-log.ts';
import { KeyLog } from './key-log.ts';

/** A key's rows are cut while a pane is read once there are so many times as many as are left: cutting sorts. */
const CUT_AT = 4;

/** What a pane has: the keys that are in it, the number of their rows, and how many were cut: in all, the same in any order of segments. */
export interface PaneOfLog {
  readonly keys: readonly KeyLog[];
  readonly rows: number;
  readonly cut: number;
}

/** The keys of a log that have rows which are read, or a state: each is looked up once for each segment that names it. */
export class LogKeys {
  readonly #keys = new Map<Value, KeyLog>();
  readonly #maxPerKey: number;

  /**
   * @param maxPerKey events of one key and side in a pane that are kept, the first ones by time and content. Cut after each segment,
   *   in any order of segments, they come to the same ones, and memory is bounded.
   */
  constructor(maxPerKey: number) {
    this.#maxPerKey = maxPerKey;
  }

  /** Takes a state that was stored. */
  addState({ values, states }: Group): KeyLog {
    const key = groupKey(values);
    const log = new KeyLog(key, values, states);
    this.#keys.set(key, log);
    return log;
  }

  /** Adds the segments of a pane that is later than those before, and says which keys are in it. */
  addPane(startMs: number, segments: Iterable<Uint8Array>, codec: Pick<SegmentCodec, 'groupsOf'>): PaneOfLog {
    const keys: KeyLog[] = [];
    let [rows, read] = [0, 0];
    for (const bytes of segments) {
      for (const group of codec.groupsOf(bytes)) {
        const log = this.#logOf(group.values);
        if (log.addedOf === bytes) throw new CodecError('The segment names one of its groups twice.');
        log.addedOf = bytes;
        if (log.addedToMs !== startMs) keys.push(log);
        log.addedToMs = startMs;
        const added = group.states[0] as EventLog;
        read += added.length;
        for (const row of added) log.push(row);
        for (const side of [log.lefts, log.rights]) {
          if (side !== null && side.added > CUT_AT * this.#maxPerKey) side.cut(this.#maxPerKey);
        }
      }
    }
    for (const log of keys) {
      log.addedOf = null;
      rows += (log.lefts?.close(this.#maxPerKey) ?? 0) + (log.rights?.close(this.#maxPerKey) ?? 0);
    }
    return { keys, rows, cut: read - rows };
  }

  /** Forgets a key that has neither rows nor a state. */
  delete({ key }: KeyLog): void {
    this.#keys.delete(key);
  }

  #logOf(values: Group['values']): KeyLog {
    const key = groupKey(values);
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const log = new KeyLog(key, values, []);
    this.#keys.set(key, log);
    return log;
  }
}
