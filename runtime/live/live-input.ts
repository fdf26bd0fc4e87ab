import type { InputStatus } from '../live-status.ts';
import type { Sender } from './sending-topology.ts';

/** What fills a stream from this process, and outlives a reload of the pipeline. */
export interface LiveInput extends Sender {
  /** Sends what there is by now. A pace goes by `atMs`, a clock that nobody sets; `nowMs` is when the events arrive. */
  advance(atMs: number, nowMs: number): Promise<void>;
  close(): Promise<void>;
}

/** One that sends lines as they come. */
export interface FollowingInput extends LiveInput {
  readonly status: InputStatus;
  /** More was there than one round takes: the next one need not wait. */
  readonly isBehind: boolean;
}
