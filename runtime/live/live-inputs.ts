import type { EmbeddedStreamLog } from '../../adapters/embedded/stream-log.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';
import type { InputStatus, ReplayStatus } from '../live-status.ts';
import type { FollowingInput, LiveInput } from './live-input.ts';
import { Replayer, type ReplayOptions } from './replayer.ts';
import { type PipeSource, StandardInput } from './standard-input.ts';
import { Tail } from './tail.ts';

export interface TailOptions {
  readonly stream: string;
  readonly file: string;
}

export interface StandardInputOptions {
  readonly stream: string;
  readonly source: PipeSource;
}

export interface LiveInputOptions {
  /** Files to replay, by stream. */
  readonly replays: ReadonlyMap<string, ReplayOptions>;
  readonly tails?: readonly TailOptions[];
  readonly standardInput?: StandardInputOptions | null;
  /** Lines whose events happened before are passed over. Null, or not given: all are sent. */
  readonly startsAtMs?: number | null;
}

/** All that fills the streams from this process. */
export class LiveInputs {
  readonly #replays: ReadonlyMap<string, Replayer>;
  readonly #following: readonly FollowingInput[];

  private constructor(replays: ReadonlyMap<string, Replayer>, following: readonly FollowingInput[]) {
    this.#replays = replays;
    this.#following = following;
  }

  /** The streams must be there. Reading standard input begins once all else is open. */
  static async open(
    streams: readonly StreamPlan[],
    log: EmbeddedStreamLog,
    { replays, tails = [], standardInput = null, startsAtMs = null }: LiveInputOptions,
  ): Promise<LiveInputs> {
    const opened = new Map<string, Replayer>();
    const following: FollowingInput[] = [];
    for (const { name, definition } of streams) {
      const shards = log.shards(name).map(({ id }) => id);
      const replay = replays.get(name);
      if (replay) opened.set(name, await Replayer.open(definition, shards, log, { ...replay, startsAtMs }));
      for (const { stream, file } of tails) {
        if (stream === name) following.push(await Tail.open(definition, shards, log, file, startsAtMs));
      }
      if (standardInput?.stream === name) {
        following.push(new StandardInput(definition, shards, log, standardInput.source, startsAtMs));
      }
    }
    return new LiveInputs(opened, following);
  }

  get all(): readonly LiveInput[] {
    return [...this.#replays.values(), ...this.#following];
  }

  async advance(atMs: number, nowMs: number): Promise<void> {
    for (const input of this.all) await input.advance(atMs, nowMs);
  }

  /** All that is there was sent, and whatever has an end has come to it. A file that is followed has none. */
  get areDone(): boolean {
    return this.all.every((input) => input.isDone || (input instanceof Tail && !input.hasMoreFor()));
  }

  /** More was there than one round takes. */
  get areBehind(): boolean {
    return this.#following.some((input) => input.isBehind);
  }

  replayOf(stream: string): ReplayStatus | null {
    return this.#replays.get(stream)?.status ?? null;
  }

  followingOf(stream: string): readonly InputStatus[] {
    return this.#following.filter((input) => input.stream === stream).map(({ status }) => status);
  }

  async close(): Promise<void> {
    for (const input of this.all) await input.close();
  }
}
