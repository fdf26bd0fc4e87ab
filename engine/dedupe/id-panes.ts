import { hash } from 'node:crypto';
import { compileToFunction } from '../expression/compile-js.ts';
import type { Value } from '../ir/node.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { floorTo } from '../time/floor-to.ts';
import { IdSet } from './id-set.ts';

/** A stream's `dedupe` setting, compiled. */
export interface DedupePlan {
  readonly idOf: (event: object) => Value;
  /** Ids lie in panes of event time, and go pane by pane. */
  readonly paneMs: number;
  readonly withinMs: number;
}

const PANES = 4;

export function compileDedupe({ dedupe }: StreamDefinition): DedupePlan | null {
  if (dedupe === null) return null;
  const { by, withinMs } = dedupe;
  return {
    idOf: compileToFunction({ op: 'field', path: by.split('.'), type: { kind: 'string', nullable: true } }),
    paneMs: Math.ceil(withinMs / PANES),
    withinMs,
  };
}

/** The start of the earliest pane whose ids count when the watermark stands at an instant. */
export function rememberedFrom({ paneMs, withinMs }: DedupePlan, watermarkMs: number): number {
  return floorTo(paneMs, watermarkMs - withinMs);
}

/** The most ids that a shard remembers: beyond it the oldest pane goes early. 64 to 128 MB. */
export const MAX_IDS = 4_000_000;

/** Ids by the pane of their event's time. */
export class IdPanes {
  readonly #panes = new Map<number, IdSet>();

  get size(): number {
    return [...this.#panes.values()].reduce((sum, ids) => sum + ids.size, 0);
  }

  has(high: number, low: number, fromMs: number): boolean {
    for (const [startMs, ids] of this.#panes) {
      if (startMs >= fromMs && ids.has(high, low)) return true;
    }
    return false;
  }

  pane(startMs: number): IdSet {
    const known = this.#panes.get(startMs);
    if (known !== undefined) return known;
    const ids = new IdSet();
    this.#panes.set(startMs, ids);
    return ids;
  }

  get panes(): ReadonlyMap<number, IdSet> {
    return this.#panes;
  }

  merge(from: IdPanes): void {
    for (const [startMs, ids] of from.panes) {
      const into = this.pane(startMs);
      ids.forEach((high, low) => {
        into.add(high, low);
      });
    }
  }

  /** Drops panes before an instant, and the oldest ones beyond the limit. */
  forget(fromMs: number): void {
    const starts = [...this.#panes.keys()].sort((a, b) => a - b);
    for (const startMs of starts) {
      if (startMs >= fromMs && this.size <= MAX_IDS) return;
      this.#panes.delete(startMs);
    }
  }
}

/** Finds duplicates among the events of one commit and of those before it, and remembers new ids for later commits. */
export class CommitIds {
  /** What the commit adds. */
  readonly added = new IdPanes();
  readonly #plan: DedupePlan;
  readonly #known: IdPanes;
  readonly #fromMs: number;

  constructor(plan: DedupePlan, known: IdPanes, watermarkMs: number) {
    this.#plan = plan;
    this.#known = known;
    this.#fromMs = rememberedFrom(plan, watermarkMs);
  }

  /**
   * True if an event with this id came before. An event without an id, of which '' is one, or too old to remember, is no
   * duplicate.
   */
  isDuplicate(event: object, timeMs: number): boolean {
    return this.isKnown(this.#plan.idOf(event), timeMs);
  }

  /** The same, of an event's id. */
  isKnown(id: Value, timeMs: number): boolean {
    const startMs = floorTo(this.#plan.paneMs, timeMs);
    if (id === null || id === '' || startMs < this.#fromMs) return false;
    // People who choose ids must not be able to make them collide, so this is not the hash of the sketches.
    const digest = hash('sha256', `${typeof id} ${id}`, 'buffer');
    const high = digest.readUInt32LE(0);
    const low = digest.readUInt32LE(4);
    if (this.#known.has(high, low, this.#fromMs) || this.added.has(high, low, this.#fromMs)) return true;
    this.added.pane(startMs).add(high, low);
    return false;
  }
}
