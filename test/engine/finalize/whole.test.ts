import fc from 'fast-check';
import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import type { ShardAggregator } from '../../../engine/ingest/shard-aggregator.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { buildShard, type CaseShard, recordArbitrary } from '../../support/cases.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import type { Fault } from '../../support/faulty-state-store.ts';
import { casesOf } from '../../support/random-cases.ts';
import { expectNaive } from '../../support/trace.ts';
import { World } from '../../support/world.ts';

const SEED = 20_260_302;

type Step =
  | {
      readonly do: 'deliver';
      readonly shard: number;
      /** Records that arrive now; those before them that come again; those that have arrived and are held back. */
      readonly arrive: number;
      readonly again: number;
      readonly holdBack: number;
      /** One of two containers that stay warm, or a new one. */
      readonly container: 'first' | 'second' | 'cold';
      readonly faults: readonly (Fault | null)[];
      readonly itemLimit: number;
      readonly crashAt: number | null;
    }
  | { readonly do: 'finalize'; readonly crashAt: number | null; readonly panes: number }
  | { readonly do: 'sweep'; readonly seconds: number; readonly crashAt: number | null };

const crashArbitrary = fc.option(fc.integer({ min: 1, max: 25 }), { freq: 2 });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      shard: fc.nat({ max: 2 }),
      arrive: fc.nat({ max: 6 }),
      again: fc.nat({ max: 5 }),
      holdBack: fc.nat({ max: 2 }),
      container: fc.constantFrom('first' as const, 'first' as const, 'second' as const, 'cold' as const),
      faults: fc.array(
        fc.constantFrom<(Fault | null)[]>(
          null,
          null,
          'lostReply',
          'lostRequest',
          'conflict',
          'throttled',
          'inProgress',
        ),
        { maxLength: 3 },
      ),
      itemLimit: fc.constantFrom(100, 100, 7, 9),
      crashAt: crashArbitrary,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('finalize' as const),
      crashAt: crashArbitrary,
      panes: fc.constantFrom(1, 3, 1000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sweep' as const),
      seconds: fc.constantFrom(1, 30, 90, 600),
      crashAt: crashArbitrary,
    }),
  },
);

const caseArbitrary = fc.record({
  shards: fc.array(fc.array(recordArbitrary, { maxLength: 14 }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(stepArbitrary, { maxLength: 25 }),
});

/** Lets a step fail by the faults that the case scripted, and by nothing else. */
async function surviving(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    if (!(error instanceof Crash) && name !== 'StoreError' && code !== 'commitFailed') throw error;
  }
}

class Run {
  readonly world: World;
  readonly #shards: readonly CaseShard[];
  readonly #names: readonly string[];
  readonly #warm = new Map<string, ShardAggregator>();

  constructor(shards: readonly CaseShard[]) {
    this.#shards = shards;
    this.#names = shards.map((_, i) => `s${i}`);
    this.world = new World({ shards: this.#names, views: ['pages', 'totals', 'users'] });
  }

  async step(step: Step): Promise<void> {
    const { world } = this;
    world.clock.advance(1000);
    if (step.do === 'deliver') return this.#deliver(step);
    const point = new CrashPoint(step.crashAt ?? undefined, 'before');
    const state = point.wrap(world.state);
    if (step.do === 'sweep') {
      world.clock.advance(step.seconds * 1000);
      return surviving(sweepStream(world.stream, { ...world.ports, state, queue: point.wrap(world.stores.queue) }));
    }
    for (const view of world.stream.views) {
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        let asked = 0;
        const ports = { ...world.ports, state, results: point.wrap(world.stores.results) };
        await surviving(finalizeView(view, bucket, ports, () => asked++ >= step.panes));
      }
    }
  }

  async #deliver(step: Step & { readonly do: 'deliver' }): Promise<void> {
    const index = step.shard % this.#shards.length;
    const name = this.#names[index] as string;
    const { records } = this.#shards[index] as CaseShard;
    const arrived = this.world.log.records(name).length;
    this.world.log.append(name, ...records.slice(arrived, arrived + step.arrive));
    // The source gives consecutive records, and goes on only after what is committed.
    const { position, insideRecord } = (await this.world.checkpoints()).find(({ shard }) => shard === name) ?? {};
    const reached = records.findIndex(({ sequence }) => sequence === position?.sequence) + 1;
    const from = Math.max(0, reached - (insideRecord ? 1 : 0) - step.again);
    const batch = this.world.log.records(name).slice(from, Math.max(from, arrived + step.arrive - step.holdBack));
    this.world.state.limits = { items: step.itemLimit };
    this.world.state.script(...step.faults);
    await surviving(this.#container(name, step).process(batch));
    this.world.state.limits = {};
    this.world.state.clearScript();
  }

  #container(name: string, { container, crashAt }: Step & { readonly do: 'deliver' }): ShardAggregator {
    if (container === 'cold') {
      const point = new CrashPoint(crashAt ?? undefined, 'after');
      const { state, deadLetters, queue } = this.world.ports;
      return this.world.aggregator(name, {
        state: point.wrap(state),
        deadLetters: point.wrap(deadLetters),
        queue: point.wrap(queue),
      });
    }
    const key = `${name} ${container}`;
    const warm = this.#warm.get(key) ?? this.world.aggregator(name);
    this.#warm.set(key, warm);
    return warm;
  }

  /** Everything is delivered, and the stream ends. */
  async finish(): Promise<void> {
    for (const [index, { records }] of this.#shards.entries()) await this.world.take(records, this.#names[index]);
    await this.world.end();
    const log = new Map(this.#shards.map(({ delivered }, index) => [this.#names[index] as string, delivered]));
    await expectNaive(this.world, log);
    for (const view of this.world.stream.views) {
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        const name = view.name as 'pages';
        expect(await this.world.markers(name, bucket)).toEqual([]);
        for (const shard of this.#names) expect(await this.world.segments(shard, name, bucket)).toEqual([]);
      }
    }
  }
}

test('whatever is delivered again, cut, lost or killed, rows and counts are those of the naive reference', async () => {
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async ({ shards, steps }) => {
      const run = new Run(shards.map((raw, index) => buildShard(`s${index}`, raw)));
      for (const step of steps) await run.step(step);
      await run.finish();
    }),
    { seed: SEED, numRuns: casesOf(300) },
  );
});
