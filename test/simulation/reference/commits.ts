import { DEDUPE_MS, type Event, IDLE_TIMEOUT_MS, MAX_LATENESS_MS, MAX_SKEW_MS } from '../events.ts';
import type { CheckpointWrite } from '../state-store.ts';
import type { LogShard } from '../stream-log.ts';

/** An event that is older at its arrival is from a replay: the clock says nothing about the next one. */
const REPLAY_AGE_MS = 3_600_000;

/** An event as one commit judged it. */
export interface Taken {
  readonly event: Event;
  /** The watermark of the checkpoint that its commit built on. */
  readonly watermarkMs: number;
  /** Of the code that committed it. */
  readonly generation: number;
  /** By key of a join: up to where the checkpoint that its commit built on counted there. */
  readonly floors?: Readonly<Record<string, number>> | undefined;
}

/** What the commits of all shards of a stream say, read without the engine. */
export interface Judged {
  /** Events that are neither dead nor duplicate, in the order of their commits. */
  readonly taken: readonly Taken[];
  readonly dead: readonly string[];
  readonly duplicates: number;
  /** By shard: the counters that the last checkpoint must have, but for what only views decide. */
  readonly counters: ReadonlyMap<
    string,
    { readonly delivered: number; readonly dead: number; readonly duplicate: number }
  >;
  readonly discardedShards: ReadonlySet<string>;
  readonly failures: readonly string[];
}

interface Checkpoint {
  readonly generation: number;
  readonly position: { readonly sequence: string; readonly index: number } | null;
  readonly watermarkMs: number;
  readonly floors?: Readonly<Record<string, number>>;
  readonly retired: boolean;
  readonly parents: readonly string[];
  readonly counters: Readonly<Record<'delivered' | 'accepted' | 'late' | 'dead' | 'duplicate' | 'discarded', number>>;
}

/** An event, or something that is none, with its place in the shard. */
interface Delivered {
  readonly place: string;
  readonly event: Event | null;
  readonly arrivalMs: number;
}

/**
 * Goes through the writes of checkpoints in their order, and judges each event as its commit had to. `awakeMs` takes the time
 * from an instant in which nobody can have seen that nothing came.
 */
export function judge(
  writes: readonly CheckpointWrite[],
  shards: readonly LogShard[],
  isDeduped: boolean,
  awakeMs: (atMs: number) => number,
): Judged {
  const run = new Judge(shards, isDeduped, awakeMs);
  for (const write of writes) run.follow(write);
  return run.result();
}

class Judge {
  readonly #shards: ReadonlyMap<string, readonly Delivered[]>;
  readonly #records: ReadonlyMap<string, LogShard['records']>;
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #isDeduped: boolean;
  readonly #current = new Map<string, Checkpoint>();
  readonly #versions = new Map<string, number>();
  readonly #taken: Taken[] = [];
  readonly #dead: string[] = [];
  readonly #counters = new Map<string, { delivered: number; dead: number; duplicate: number }>();
  readonly #ids = new Map<string, Map<string, number>>();
  readonly #discarded = new Set<string>();
  readonly #failures: string[] = [];
  readonly #awakeMs: (atMs: number) => number;
  /** Latest time of any event, and how old that event was at its arrival. */
  #clockMs = Number.NEGATIVE_INFINITY;
  #clockAgeMs = 0;
  /** The most that the time of an event was ahead of its arrival, which counts awake time alone. */
  #aheadMs = Number.NEGATIVE_INFINITY;
  #globalMs = Number.NEGATIVE_INFINITY;
  #hasBegun = false;

  constructor(shards: readonly LogShard[], isDeduped: boolean, awakeMs: (atMs: number) => number) {
    this.#awakeMs = awakeMs;
    this.#shards = new Map(shards.map((shard) => [shard.id, deliveredOf(shard)]));
    this.#records = new Map(shards.map(({ id, records }) => [id, records]));
    this.#parents = new Map(shards.map(({ id, parents }) => [id, parents]));
    this.#isDeduped = isDeduped;
  }

  follow({ shard, version, content, by, atMs }: CheckpointWrite): void {
    const next = content as unknown as Checkpoint;
    const before = this.#current.get(shard);
    this.#current.set(shard, next);
    if (version !== (this.#versions.get(shard) ?? 0) + 1) this.#fail(`${shard} goes to version ${version}`);
    this.#versions.set(shard, version);
    const { delivered, accepted, late, dead, duplicate, discarded } = next.counters;
    if (accepted + late + dead + duplicate + discarded !== delivered)
      this.#fail(`${shard}: the counters do not add up`);
    if (before !== undefined) this.#commit(shard, before, next);
    if (before !== undefined && by.name !== 'end') this.#checkRaise(shard, before, next, by.begunAt, atMs);
    this.#followGlobal(shard);
  }

  result(): Judged {
    return {
      taken: this.#taken,
      dead: this.#dead.sort(),
      duplicates: [...this.#counters.values()].reduce((sum, { duplicate }) => sum + duplicate, 0),
      counters: this.#counters,
      discardedShards: this.#discarded,
      failures: this.#failures,
    };
  }

  #commit(shard: string, before: Checkpoint, next: Checkpoint): void {
    if (next.watermarkMs < before.watermarkMs) this.#fail(`the watermark of ${shard} goes back`);
    if (next.generation < before.generation) this.#fail(`older code commits on ${shard}`);
    const discarded = next.counters.discarded - before.counters.discarded;
    if (discarded > 0) {
      this.#discarded.add(shard);
      if (next.watermarkMs !== before.watermarkMs) this.#fail(`a skip moves the watermark of ${shard}`);
      return;
    }
    const count = next.counters.delivered - before.counters.delivered;
    if (count === 0) return;
    this.#hasBegun = true;
    const all = this.#shards.get(shard) ?? [];
    const { sequence, index } = next.position ?? { sequence: '0', index: 0 };
    const end = all.findIndex(({ place }) => place === `${sequence}.${index}`) + 1;
    const events = all.slice(end - count, end);
    const counters = this.#counters.get(shard) ?? { delivered: 0, dead: 0, duplicate: 0 };
    this.#counters.set(shard, counters);
    let clockMs = Number.NEGATIVE_INFINITY;
    for (const { place, event, arrivalMs } of events) {
      counters.delivered++;
      if (event === null || event.at > arrivalMs + MAX_SKEW_MS) {
        counters.dead++;
        this.#dead.push(`${shard} ${place}`);
      } else if (this.#isDeduped && this.#isDuplicate(shard, event, before.watermarkMs)) {
        counters.duplicate++;
      } else {
        const atMs = Math.min(event.at, arrivalMs);
        clockMs = Math.max(clockMs, atMs);
        this.#advance(atMs, arrivalMs);
        const { watermarkMs, floors } = before;
        this.#taken.push({ event, watermarkMs, floors, generation: next.generation });
      }
    }
    const expectedMs = Math.max(before.watermarkMs, clockMs - MAX_LATENESS_MS);
    if (next.watermarkMs !== expectedMs) {
      this.#fail(`the watermark of ${shard} is ${next.watermarkMs} after a commit, and not ${expectedMs}`);
    }
  }

  #advance(atMs: number, arrivalMs: number): void {
    const ageMs = arrivalMs - atMs;
    if (atMs === this.#clockMs) this.#clockAgeMs = Math.min(this.#clockAgeMs, ageMs);
    if (atMs > this.#clockMs) {
      this.#clockMs = atMs;
      this.#clockAgeMs = ageMs;
    }
    this.#aheadMs = Math.max(this.#aheadMs, atMs - this.#awakeMs(arrivalMs));
  }

  /** The watermark of a shard rises without an event only where nothing waited when the sweep began to look. */
  #checkRaise(shard: string, before: Checkpoint, next: Checkpoint, begunAt: number, atMs: number): void {
    if (next.watermarkMs === before.watermarkMs || next.counters.delivered > before.counters.delivered) return;
    const taken = Number(before.position?.sequence ?? 0);
    const waited = this.#records.get(shard)?.find(({ sequence, step }) => sequence > taken && step < begunAt);
    if (waited !== undefined) this.#fail(`${shard} is raised past record ${waited.sequence}, which waited`);
    const idleToMs = this.#clockAgeMs > REPLAY_AGE_MS ? 0 : this.#awakeMs(atMs) + this.#aheadMs - IDLE_TIMEOUT_MS;
    const mostMs = Math.max(this.#clockMs, idleToMs) - MAX_LATENESS_MS;
    if (next.watermarkMs > mostMs) this.#fail(`${shard} is raised to ${next.watermarkMs}: event time was ${mostMs}`);
  }

  /** An id is remembered by the quarter of `within` that its event's time is in. */
  #isDuplicate(shard: string, { id, at }: Event, watermarkMs: number): boolean {
    const quarter = DEDUPE_MS / 4;
    const floor = (ms: number) => Math.floor(ms / quarter) * quarter;
    const fromMs = floor(watermarkMs - DEDUPE_MS);
    if (floor(at) < fromMs) return false;
    for (const owner of this.#lineage(shard)) {
      const seenMs = this.#ids.get(owner)?.get(id);
      if (seenMs !== undefined && floor(seenMs) >= fromMs) return true;
    }
    const own = this.#ids.get(shard) ?? new Map<string, number>();
    this.#ids.set(shard, own.set(id, at));
    return false;
  }

  #lineage(shard: string): string[] {
    return [shard, ...(this.#parents.get(shard) ?? []).flatMap((parent) => this.#lineage(parent))];
  }

  #followGlobal(shard: string): void {
    const unretired = [...this.#current.values()].filter(({ retired }) => !retired);
    const nowMs = Math.min(...unretired.map(({ watermarkMs }) => watermarkMs));
    if (!this.#hasBegun) return;
    if (nowMs < this.#globalMs)
      this.#fail(`the global watermark goes back from ${this.#globalMs} to ${nowMs} with ${shard}`);
    this.#globalMs = Math.max(nowMs, this.#globalMs);
  }

  #fail(what: string): void {
    this.#failures.push(what);
  }
}

function deliveredOf({ records }: LogShard): Delivered[] {
  return records.flatMap(({ sequence, arrivalMs, events }) =>
    events.map((event, index) => ({ place: `${sequence}.${index}`, event, arrivalMs })),
  );
}
