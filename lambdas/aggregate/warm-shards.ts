/** What a container keeps of a shard. */
export interface Warm {
  /** Ids of events that it holds in memory. */
  readonly rememberedIds: number;
}

/** Shards that one container remembers. Lambda may hand it any shard; what it forgets it reads again. */
const MAX_SHARDS = 32;
/** Ids of events that it remembers of all of them: some 32 bytes each, a quarter of a gigabyte together. */
const MAX_IDS = 8_000_000;

/** The shards that a warm container knows; beyond the bounds it forgets those that were not used for longest. */
export class WarmShards<T extends Warm> {
  /** The one that was used last stands last. */
  readonly #shards = new Map<string, T>();

  of(stream: string, shard: string, make: () => T): T {
    const key = keyOf(stream, shard);
    const warm = this.#shards.get(key) ?? make();
    this.#shards.delete(key);
    this.#shards.set(key, warm);
    this.#forgetEldest();
    return warm;
  }

  drop(stream: string, shard: string): void {
    this.#shards.delete(keyOf(stream, shard));
  }

  #forgetEldest(): void {
    let ids = [...this.#shards.values()].reduce((sum, { rememberedIds }) => sum + rememberedIds, 0);
    for (const [key, { rememberedIds }] of this.#shards) {
      const { size } = this.#shards;
      if (size === 1 || (size <= MAX_SHARDS && ids <= MAX_IDS)) return;
      this.#shards.delete(key);
      ids -= rememberedIds;
    }
  }
}

function keyOf(stream: string, shard: string): string {
  return JSON.stringify([stream, shard]);
}
