import { drawRates, type FaultKind } from './faults.ts';
import { violations } from './invariants/check.ts';
import { lagging } from './invariants/lag.ts';
import { PIPELINES, type PipelineName } from './pipelines.ts';
import { Random, SeededChoices } from './random.ts';
import { beUnderFaults, closeAll, comeToRest } from './scenario.ts';
import { NoProgressError } from './scheduler.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly pipeline: string;
  readonly events: number;
  readonly steps: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** What did not hold; none where all is well. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

const MONTH_MS = 30 * 86_400_000;
const NAMES = Object.keys(PIPELINES) as PipelineName[];

/** One simulation: the same for the same seed, whatever else happens on the machine. */
export async function simulate(seed: number, options: { readonly trace?: boolean } = {}): Promise<Outcome> {
  const random = new Random(new SeededChoices(seed));
  const pipeline = random.pick(NAMES);
  const plans = PIPELINES[pipeline] as (typeof PIPELINES)[string];
  const world = new World(random, {
    rates: drawRates(random),
    plans,
    shards: random.between(1, 3),
    isLocal: random.chance(20),
    ageMs: random.chance(20) ? MONTH_MS : 0,
  });
  world.scheduler.isTracing = options.trace ?? false;
  const found: string[] = [];
  try {
    await beUnderFaults(world, random.between(8, 50));
    await comeToRest(world);
    if (world.log.shards.some(({ records }) => records.length > 0)) found.push(...lagging(world));
    await closeAll(world);
  } catch (error) {
    if (!(error instanceof NoProgressError)) throw error;
    found.push(error.message);
  }
  return {
    seed,
    pipeline,
    events: world.producer.made,
    steps: world.scheduler.steps,
    faults: world.faults.injected,
    violations: [...found, ...violations(world)],
    trace: world.scheduler.trace,
  };
}
