import { upstreamsOf } from '../../../engine/ir/source-definition.ts';
import type { CheckpointWrite } from '../state-store.ts';
import type { World } from '../world.ts';

interface Checkpoint {
  readonly watermarkMs: number;
  readonly floors?: Readonly<Record<string, number>>;
  readonly retired: boolean;
  readonly position: { readonly sequence: string } | null;
  readonly counters: { readonly delivered: number };
}

/**
 * What must hold of how far the shards of two streams count in a join, write by write: it never goes back, of a shard nor of a
 * stream; and without an event it rises only where none waited, and to where the other stream was.
 */
export function checkFloors(world: World): string[] {
  const joins = world.plan.finalized.filter(({ source }) => source.kind === 'join');
  return joins.flatMap(({ key, source }) => {
    // A row of a view counts at the last instant of its window, which may begin where the view's stream is.
    const windows = upstreamsOf(source).map(({ definition: { window } }) => window);
    const aheadMs = Math.max(0, ...windows.map((window) => (window.kind === 'tumbling' ? window.sizeMs - 1 : 0)));
    const run = new JoinFloors(world, key, aheadMs);
    for (const write of world.state.checkpoints) run.follow(write);
    return run.problems;
  });
}

class JoinFloors {
  readonly problems: string[] = [];
  readonly #world: World;
  readonly #join: string;
  /** How far what comes of another stream is after that stream's watermark. */
  readonly #aheadMs: number;
  /** By stream and shard. */
  readonly #current = new Map<string, Map<string, Checkpoint>>();
  readonly #standing = new Map<string, number>();

  constructor(world: World, join: string, aheadMs: number) {
    this.#world = world;
    this.#join = join;
    this.#aheadMs = aheadMs;
    for (const { name } of world.plan.streams) this.#current.set(name, new Map());
  }

  follow(write: CheckpointWrite): void {
    const { stream, shard } = write;
    const next = write.content as unknown as Checkpoint;
    const shards = this.#current.get(stream) as Map<string, Checkpoint>;
    const before = shards.get(shard);
    shards.set(shard, next);
    if (before !== undefined) {
      if (this.#floorOf(next) < this.#floorOf(before)) this.#fail(write, 'counts as less far than before');
      if ((next.floors?.[this.#join] ?? Number.NEGATIVE_INFINITY) > this.#floorOf(before))
        this.#checkRise(write, before);
    }
    const standing = this.#standingOf(stream);
    if (standing < (this.#standing.get(stream) ?? Number.NEGATIVE_INFINITY)) {
      this.#fail(write, `takes its stream back to ${standing} from ${this.#standing.get(stream)}`);
    }
    this.#standing.set(stream, standing);
  }

  #checkRise({ stream, shard, content, by, ...write }: CheckpointWrite, before: Checkpoint): void {
    const next = content as unknown as Checkpoint;
    if (next.counters.delivered > before.counters.delivered) {
      this.#fail({ stream, shard }, 'is given a floor by a commit of events');
    }
    const taken = Number(before.position?.sequence ?? 0);
    const { records } = this.#world.log.of(stream).find(({ id }) => id === shard) ?? { records: [] };
    const waited = records.find(({ sequence, step }) => sequence > taken && step < by.begunAt);
    if (waited !== undefined)
      this.#fail({ stream, shard }, `is given a floor past record ${waited.sequence}, which waited`);
    const others = [...this.#current.keys()].filter((name) => name !== stream).map((name) => this.#standingOf(name));
    const floorMs = next.floors?.[this.#join] as number;
    if (floorMs > Math.min(...others) + this.#aheadMs)
      this.#fail(
        { stream, shard },
        `has floor ${floorMs} in version ${write.version}: the other stream is at ${others}`,
      );
  }

  #standingOf(stream: string): number {
    const active = [...(this.#current.get(stream) ?? new Map<string, Checkpoint>()).values()].filter(
      ({ retired }) => !retired,
    );
    return Math.min(...active.map((checkpoint) => this.#floorOf(checkpoint)));
  }

  #floorOf({ watermarkMs, floors }: Checkpoint): number {
    return Math.max(watermarkMs, floors?.[this.#join] ?? Number.NEGATIVE_INFINITY);
  }

  #fail({ stream, shard }: Pick<CheckpointWrite, 'stream' | 'shard'>, what: string): void {
    this.problems.push(`${stream}/${shard} ${what} in join ${this.#join}`);
  }
}
