import { workOffBacklog } from './backlog.ts';
import { drawRates, type FaultKind, type FaultRates } from './faults.ts';
import { violations } from './invariants/check.ts';
import { lagging } from './invariants/lag.ts';
import { DRAWN, PIPELINES, type PipelineName } from './pipelines.ts';
import { Random, SeededChoices } from './random.ts';
import { beUnderFaults, closeAll, comeToRest } from './scenario.ts';
import { NoProgressError } from './scheduler.ts';
import { START_MS, World } from './world.ts';

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

export interface SimulateOptions {
  readonly trace?: boolean;
  /** In place of the one that the seed draws. */
  readonly pipeline?: PipelineName;
}

/** How old events are that are not of today: a month; so that they go from before 1970 to after it; or of 1914. */
const AGES_MS = [30 * 86_400_000, START_MS + 20_000, 2 * START_MS];
/** Seeds in which a backlog is worked off, and pipelines with much state, which most of them have. */
const BACKLOGS_PERCENT = 20;
const OF_BACKLOGS: readonly PipelineName[] = ['histories', 'lasting', 'paged'];
const ONE_IN_SO_MANY_HAS_OBJECTS = 4;

/** Incidents go from one key of a view to the next, so where there are any, more seeds with deployments have one in time. */
function ratesOf(pipeline: PipelineName, random: Random): FaultRates {
  const rates = drawRates(random);
  return pipeline === 'alerted' ? { ...rates, deploy: 6 * rates.deploy } : rates;
}

/** One simulation: the same for the same seed, whatever else happens on the machine. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Outcome> {
  const random = new Random(new SeededChoices(seed));
  const isBacklog = random.chance(BACKLOGS_PERCENT);
  const drawn = isBacklog && random.chance(60) ? random.pick(OF_BACKLOGS) : random.pick(DRAWN);
  const pipeline = options.pipeline ?? drawn;
  const plans = PIPELINES[pipeline] as (typeof PIPELINES)[string];
  const world = new World(random, {
    rates: ratesOf(pipeline, random),
    plans,
    shards: random.between(1, 3),
    isLocal: !isBacklog && random.chance(20),
    ageMs: random.chance(30) ? random.pick(AGES_MS) : 0,
    hasObjects: seed % ONE_IN_SO_MANY_HAS_OBJECTS === 0,
  });
  world.scheduler.isTracing = options.trace ?? false;
  const found: string[] = [];
  try {
    if (isBacklog) await workOffBacklog(world);
    else await beUnderFaults(world, random.between(8, 50));
    await comeToRest(world, isBacklog ? random.pick([1, 3, Number.POSITIVE_INFINITY]) : Number.POSITIVE_INFINITY);
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
