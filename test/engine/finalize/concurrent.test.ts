import fc from 'fast-check';
import type { SourceRecord } from '../../../engine/decode/source-record.ts';
import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { ShardAggregator } from '../../../engine/ingest/shard-aggregator.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { buildShard, type CaseShard, type RawRecord, recordArbitrary } from '../../support/cases.ts';
import { at, MINUTE_MS } from '../../support/clicks.ts';
import { Crash } from '../../support/crash.ts';
import { casesOf } from '../../support/random-cases.ts';
import { expectNaive } from '../../support/trace.ts';
import { TornStateStore, Turns } from '../../support/turns.ts';
import { World } from '../../support/world.ts';

const SEED = 20_260_303;

const shardArbitrary = fc.array(recordArbitrary, { minLength: 1, maxLength: 10 });
const caseArbitrary = fc.record({
  shards: fc.array(shardArbitrary, { minLength: 1, maxLength: 2 }),
  /** Records of the two children of the first shard, which is split; null where it is not. */
  children: fc.option(fc.tuple(shardArbitrary, shardArbitrary)),
  pollers: fc.integer({ min: 1, max: 2 }),
  seed: fc.integer(),
});

/** Workers on one world: pollers, finalizers and a sweep, all of which freeze and die and begin again. */
class Workers {
  readonly world: World;
  readonly #turns: Turns;
  readonly #shards: ReadonlyMap<string, CaseShard>;

  constructor(shards: ReadonlyMap<string, CaseShard>, turns: Turns) {
    this.#shards = shards;
    this.#turns = turns;
    this.world = new World({
      shards: [...shards.keys()].filter((name) => !name.startsWith('child')),
      views: ['pages', 'totals', 'users'],
    });
    for (const [name, { records }] of shards) {
      if (!name.startsWith('child')) this.world.log.append(name, ...records);
    }
  }

  /** A worker does its work again and again, whatever kills it, until it says that it is done. */
  start(name: string, work: (worker: string) => Promise<boolean>): void {
    let life = 0;
    this.#turns.spawn(async () => {
      for (;;) {
        try {
          if (await work(`${name} ${++life}`)) return;
        } catch (error) {
          const { code } = error as { code?: string };
          if (!(error instanceof Crash) && code !== 'commitFailed' && code !== 'staleRead') throw error;
        }
      }
    });
  }

  ports(worker: string) {
    const { pages, results, queue, deadLetters, topology, clock, pause } = this.world.ports;
    return {
      state: new TornStateStore(this.world.state, this.#turns, worker),
      pages: this.#turns.port(worker, pages),
      results: this.#turns.port(worker, results),
      queue: this.#turns.port(worker, queue),
      deadLetters: this.#turns.port(worker, deadLetters),
      topology: this.#turns.port(worker, topology),
      clock,
      pause,
    };
  }

  /** Reads a shard from its beginning, in batches of any size, as a source does that gave it to somebody else before. */
  poll(shard: string): (worker: string) => Promise<boolean> {
    const { records } = this.#shards.get(shard) as CaseShard;
    let next = 0;
    return async (worker) => {
      const container = new ShardAggregator(this.world.stream, shard, this.ports(worker), {
        generation: 1,
      });
      while (next < records.length) {
        const batch: readonly SourceRecord[] = records.slice(
          Math.max(0, next - this.#turns.random(2)),
          next + 1 + this.#turns.random(4),
        );
        await container.process(batch);
        next = records.findIndex(({ sequence }) => sequence === batch.at(-1)?.sequence) + 1;
      }
      return true;
    };
  }

  finalize(rounds: number): (worker: string) => Promise<boolean> {
    let round = 0;
    return async (worker) => {
      const ports = this.ports(worker);
      while (round++ < rounds) {
        for (const view of this.world.stream.views) {
          for (let bucket = 0; bucket < view.definition.buckets; bucket++) await finalizeView(view, bucket, ports);
        }
      }
      return true;
    };
  }

  sweep(rounds: number): (worker: string) => Promise<boolean> {
    let round = 0;
    return async (worker) => {
      while (round++ < rounds) {
        this.world.clock.advance(this.#turns.random(3) * MINUTE_MS);
        await sweepStream(this.world.stream, this.ports(worker));
      }
      return true;
    };
  }
}

interface Case {
  readonly shards: readonly (readonly RawRecord[])[];
  readonly children: readonly (readonly RawRecord[])[] | null;
  readonly pollers: number;
  readonly seed: number;
}

async function runCase({ shards, children, pollers, seed }: Case): Promise<void> {
  const turns = new Turns(seed);
  const built = new Map(shards.map((raw, i) => [`s${i}`, buildShard(`s${i}`, raw)]));
  const late = at('10:00') + (shards[0]?.length ?? 0) * MINUTE_MS;
  for (const [i, raw] of (children ?? []).entries()) built.set(`child${i}`, buildShard(`child${i}`, raw, late));
  const workers = new Workers(built, turns);
  const { world } = workers;
  const readers = (names: readonly string[]) => {
    for (const name of names)
      for (let i = 0; i < pollers; i++) workers.start(`poller ${name} ${i}`, workers.poll(name));
  };
  readers(shards.map((_, i) => `s${i}`));
  workers.start('finalizer a', workers.finalize(4));
  workers.start('finalizer b', workers.finalize(4));
  workers.start('sweep', workers.sweep(4));
  if (children !== null) {
    workers.start('resharding', async (worker) => {
      for (let i = 0; i < 20; i++) await turns.turn(worker, false);
      world.log.split('s0', 'child0', 'child1');
      for (const name of ['child0', 'child1']) world.log.append(name, ...(built.get(name)?.records ?? []));
      // The source hands out a child's records only when the parent is read to its end.
      const last = built.get('s0')?.records.at(-1)?.sequence;
      for (;;) {
        await turns.turn(worker, false);
        const parent = (await world.checkpoints()).find(({ shard }) => shard === 's0');
        if (parent?.position?.sequence === last && parent?.insideRecord === false) break;
      }
      readers(['child0', 'child1']);
      return true;
    });
  }
  await turns.run();
  await world.sweep();
  await world.end();
  const log = new Map([...built].map(([name, { delivered }]) => [name, delivered]));
  await expectNaive(world, log, Number.POSITIVE_INFINITY);
}

test('whoever freezes, dies, reads torn state or works on the same shard, the rows are those of the naive reference', async () => {
  await fc.assert(fc.asyncProperty(caseArbitrary, runCase), { seed: SEED, numRuns: casesOf(200) });
});
