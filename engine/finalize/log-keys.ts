import type { Group } from '../codec/group.ts';
import { KeyTable } from '../codec/key-table.ts';
import type { SegmentCodec } from '../codec/segment.ts';
import type { HashKey } from '../hash/hash-key.ts';
import { readLog } from '../joins/event-log.ts';
import { KeyLog } from './key-log.ts';
import { KeyOrder } from './key-order.ts';

/** A key's rows are cut while a pane is read once there are so many times as many as are left: cutting sorts. */
const CUT_AT = 4;
/** Numbers of keys that are gone are let go once there are more of them than of others, and so many. */
const FEW_GONE = 1024;

/** What a pane has: the keys that are in it, the number of their rows, and how many were cut: in all, the same in any order of segments. */
export interface PaneOfLog {
  readonly keys: readonly KeyLog[];
  readonly rows: number;
  readonly cut: number;
}

/** The keys of a log that have rows which are read, or a state. */
export class LogKeys {
  #table: KeyTable;
  /** By number; undefined where the key is gone. */
  #logs: (KeyLog | undefined)[] = [];
  #gone = 0;
  readonly #order = new KeyOrder();
  readonly #maxPerKey: number;

  /**
   * @param fields of a key
   * @param maxPerKey events of one key and side in a pane that are kept, the first ones by time and content. Cut after each segment,
   *   in any order of segments, they come to the same ones, and memory is bounded.
   */
  constructor(fields: number, maxPerKey: number, hashKey: HashKey) {
    this.#table = new KeyTable(fields, hashKey);
    this.#maxPerKey = maxPerKey;
  }

  /** Takes a state that was stored. */
  addState({ values, states }: Group): KeyLog {
    return this.#add(new KeyLog(this.#table.add(values), values, states));
  }

  /** Adds the segments of a pane that is later than those before, and says which keys are in it. */
  addPane(startMs: number, segments: Iterable<Uint8Array>, codec: Pick<SegmentCodec, 'open'>): PaneOfLog {
    this.#letGo();
    const keys: KeyLog[] = [];
    let [rows, read] = [0, 0];
    for (const bytes of segments) {
      const { size, body, input } = codec.open(bytes);
      for (const number of this.#table.numbersOf(body, input, size)) {
        const log = this.#logs[number] ?? this.#add(new KeyLog(number, this.#table.valuesOf(number), []));
        if (log.addedToMs !== startMs) keys.push(log);
        log.addedToMs = startMs;
        read += readLog(input, log);
        log.cut(CUT_AT * this.#maxPerKey, this.#maxPerKey);
      }
      input.end();
    }
    for (const log of keys) rows += log.close(this.#maxPerKey);
    return { keys, rows, cut: read - rows };
  }

  /** Keys in the order of rows. */
  inOrder(keys: ReadonlySet<KeyLog>): KeyLog[] {
    return this.#order.sorted(keys);
  }

  /** Forgets a key that has neither rows nor a state. */
  delete(log: KeyLog): void {
    log.isGone = true;
    this.#logs[log.number] = undefined;
    this.#gone++;
  }

  #add(log: KeyLog): KeyLog {
    // A number that the table has had for longer is that of a key which was gone, and has come back.
    if (log.number < this.#logs.length) this.#gone--;
    this.#logs[log.number] = log;
    this.#order.add(log);
    return log;
  }

  #letGo(): void {
    if (this.#gone < FEW_GONE || this.#gone * 2 < this.#logs.length) return;
    const left = this.#logs.filter((log) => log !== undefined);
    this.#table = this.#table.only(left.map(({ number }) => number));
    left.forEach((log, number) => {
      log.number = number;
    });
    this.#logs = left;
    this.#gone = 0;
  }
}
