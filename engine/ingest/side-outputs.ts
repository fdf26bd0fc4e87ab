import type { SourceRecord } from '../decode/source-record.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { SideOutput } from '../ports/dead-letter-sink.ts';
import type { Position } from '../ports/position.ts';
import type { Letter } from './judged-record.ts';

/**
 * Dead letters and late events that one commit keeps aside at most, and bytes of their events. They are in memory several
 * times over until they are written, before the commit: a batch of nothing else makes several commits.
 */
const MAX_OUTPUTS = 20_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Where an event of a shard came from. */
export interface EventOrigin {
  readonly position: Position;
  readonly arrivalMs: number | null;
}

export function originIn({ sequence, arrivalMs }: SourceRecord, index: number): EventOrigin {
  return { position: { sequence, index }, arrivalMs };
}

/** The dead letters and late events of one commit. */
export class SideOutputs {
  readonly #shard: { readonly stream: string; readonly shard: string };
  readonly #outputs: SideOutput[] = [];
  #bytes = 0;

  constructor(stream: string, shard: string) {
    this.#shard = { stream, shard };
  }

  get all(): readonly SideOutput[] {
    return this.#outputs;
  }

  get isFull(): boolean {
    return this.#outputs.length >= MAX_OUTPUTS || this.#bytes >= MAX_BYTES;
  }

  /**
   * Of so many rows with so many bytes, how many may each keep `outputsEach` events aside: if all do, none after the first is
   * taken in that would not be one by one.
   */
  roomFor(rows: number, bytes: number, outputsEach: number): number {
    if (outputsEach === 0) return rows;
    if (this.#bytes + bytes * outputsEach >= MAX_BYTES) return 1;
    return Math.min(rows, Math.max(1, Math.floor((MAX_OUTPUTS - this.#outputs.length) / outputsEach)));
  }

  late({ name, window }: ViewPlan, timeMs: number, bytes: Uint8Array, origin: EventOrigin): void {
    const missed = { view: name, ...window.missed(timeMs) };
    this.#keep({ kind: 'late', ...this.#shard, ...origin, bytes, eventTimeMs: timeMs, missed });
  }

  dead(letter: Letter, origin: EventOrigin): void {
    this.#keep({ kind: 'dead', ...this.#shard, ...origin, ...letter });
  }

  /** Copied: what they are part of may be used for other events before these go. */
  #keep(output: SideOutput): void {
    this.#outputs.push({ ...output, bytes: Buffer.from(output.bytes) });
    this.#bytes += output.bytes.length;
  }
}
