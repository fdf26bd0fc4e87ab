import { CodecError } from '../bytes/errors.ts';
import { type Group, groupKey } from '../codec/group.ts';
import { type OpenSegment, type SegmentCodec, TWICE } from '../codec/segment.ts';
import type { Value } from '../ir/node.ts';
import { readLog } from '../joins/event-log.ts';
import { KeyLog } from './key-log.ts';
import { KeyOrder } from './key-order.ts';

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
  readonly #order = new KeyOrder();
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
    this.#add(log);
    return log;
  }

  /** Adds the segments of a pane that is later than those before, and says which keys are in it. */
  addPane(startMs: number, segments: Iterable<Uint8Array>, codec: Pick<SegmentCodec, 'open'>): PaneOfLog {
    const keys: KeyLog[] = [];
    let [rows, read] = [0, 0];
    for (const bytes of segments) {
      const { size, fields, states } = codec.open(bytes);
      for (const log of this.#logsOf(size, fields)) {
        if (log.addedOf === bytes) throw new CodecError(TWICE);
        log.addedOf = bytes;
        if (log.addedToMs !== startMs) keys.push(log);
        log.addedToMs = startMs;
        read += readLog(states, log);
        log.cut(CUT_AT * this.#maxPerKey, this.#maxPerKey);
      }
      states.end();
    }
    for (const log of keys) {
      log.addedOf = null;
      rows += log.close(this.#maxPerKey);
    }
    return { keys, rows, cut: read - rows };
  }

  /** Keys in the order of rows. */
  inOrder(keys: ReadonlySet<KeyLog>): KeyLog[] {
    return this.#order.sorted(keys);
  }

  /** Forgets a key that has neither rows nor a state. */
  delete(log: KeyLog): void {
    log.isGone = true;
    this.#keys.delete(log.key);
  }

  /** The keys of a segment, in its order; those that are new are known from now on. */
  #logsOf(size: number, fields: OpenSegment['fields']): KeyLog[] {
    const [only] = fields;
    const logs: KeyLog[] = [];
    for (let i = 0; i < size; i++) {
      // The key of a single field is its value: most keys are known, and need no list of values.
      const single = fields.length === 1 ? (only?.[i] as Value) : null;
      const values = fields.length === 1 ? null : fields.map((column) => column[i] as Value);
      const key = values === null ? single : groupKey(values);
      let log = this.#keys.get(key);
      if (log === undefined) {
        log = new KeyLog(key, values ?? [single], []);
        this.#add(log);
      }
      logs.push(log);
    }
    return logs;
  }

  #add(log: KeyLog): void {
    this.#keys.set(log.key, log);
    this.#order.add(log);
  }
}
