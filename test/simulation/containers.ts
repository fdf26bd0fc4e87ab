import type { KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { MEMORY_LIMITS } from '../../engine/finalize/run.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import { noPause } from '../../engine/ports/retry.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { LargeItems } from '../../engine/protocol/large-items.ts';
import { makeHandler as makeAggregateHandler } from '../../lambdas/aggregate/make-handler.ts';
import { makeHandler as makeFinalizeHandler } from '../../lambdas/finalize/make-handler.ts';
import type { Log } from '../../lambdas/shared/log.ts';
import { noMetrics } from '../../lambdas/shared/metrics.ts';
import { makeHandler as makeSweepHandler } from '../../lambdas/sweep/make-handler.ts';
import type { Faults } from './faults.ts';
import type { SimulatedPages } from './page-store.ts';
import type { SimulatedQueue } from './queue.ts';
import type { Random } from './random.ts';
import type { SimulatedResults } from './result-store.ts';
import type { Scheduler, Task } from './scheduler.ts';
import type { SimulatedState } from './state-store.ts';
import type { SimulatedLog } from './stream-log.ts';

/** What every container is wired to. */
export interface Environment {
  /** Where large items are; null where all items hold their bytes themselves. */
  readonly objects: SimulatedPages | null;
  /** New at every call. */
  readonly newToken: () => string;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  readonly state: SimulatedState;
  readonly pages: SimulatedPages;
  readonly results: SimulatedResults;
  readonly queue: SimulatedQueue;
  readonly log: SimulatedLog;
  /** By place: what was kept aside. */
  readonly sides: Map<string, SideOutput>;
  readonly nowMs: () => number;
  /** Something failed that no injected fault explains. */
  readonly onBug: (error: unknown) => void;
}

interface Handlers {
  readonly aggregate: (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse>;
  readonly finalize: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly sweep: () => Promise<unknown>;
}

/** A sandbox with warm code in it. It handles one invocation at a time. */
export class Container {
  readonly generation: number;
  readonly #handlers: Handlers;
  #task: Task = { name: 'nobody', state: 'dead', begunAt: 0, recent: [] };
  #asked = 0;
  #slice = Number.POSITIVE_INFINITY;

  constructor(environment: Environment, plan: PipelinePlan, generation: number) {
    this.generation = generation;
    this.#handlers = makeHandlers(environment, plan, generation, {
      task: () => this.#task,
      timeIsUp: () => this.#asked++ >= this.#slice,
    });
  }

  get isIdle(): boolean {
    return this.#task.state === 'done' || this.#task.name === 'nobody';
  }

  /** The invocation that it is at. `slice`: how often a finalizer may ask for the time before it is up. */
  take(task: Task, slice = Number.POSITIVE_INFINITY): Handlers {
    this.#task = task;
    this.#asked = 0;
    this.#slice = slice;
    return this.#handlers;
  }
}

interface Invocation {
  readonly task: () => Task;
  readonly timeIsUp: () => boolean;
}

/** A simulated call takes no time of this machine's. */
const budget = new TimeBudget();
/** The simulated queue hides what it hands out by itself. */
const noVisibility = { hold: () => ({ release: async () => {} }) };
/** Alerts have a publisher of their own. */
const UNHEARD = { metrics: noMetrics, takeWriteUnits: () => 0, budget, sinks: null };

/** So that states of a few groups already are too many to be held at once: of every second call. */
const LITTLE_MEMORY = { stateBytes: 0, largeStateBytes: 0, pageBytes: 64, batchBytes: 1, chunkRows: 3 };

function makeHandlers(
  environment: Environment,
  plan: PipelinePlan,
  generation: number,
  invocation: Invocation,
): Handlers {
  const handlerLog = logOf(environment);
  const ports = portsOf(environment, invocation.task);
  const finalize = makeFinalizeHandler({
    plan,
    ports,
    log: handlerLog,
    ...UNHEARD,
    tellsRows: false,
    visibility: noVisibility,
    get limits() {
      return invocation.task().begunAt % 2 === 0 ? LITTLE_MEMORY : MEMORY_LIMITS;
    },
  });
  return {
    aggregate: makeAggregateHandler({
      plan,
      ports,
      settings: { generation },
      source: { streamOf: (arn) => arn.slice(arn.indexOf('/') + 1), creationSecondsOf: async () => 1 },
      log: handlerLog,
      ...UNHEARD,
    }),
    finalize: (event) => finalize(event, { getRemainingTimeInMillis: () => (invocation.timeIsUp() ? 0 : 900_000) }),
    sweep: makeSweepHandler({ plan, ports, log: handlerLog, ...UNHEARD }),
  };
}

/** The state as one task at a time sees it: where there are objects, all but the smallest segments are such. */
export function statePortOf({ state, objects, nowMs, newToken }: Environment, task: () => Task): StateStore {
  const items = state.portOf(task);
  if (objects === null) return items;
  return new LargeItems({
    items,
    objects: objects.portOf(task),
    clock: { nowMs },
    pause: noPause,
    newToken,
    largestItemBytes: 30,
  });
}

/** Every port, as one task at a time sees it. */
export function portsOf(environment: Environment, task: () => Task) {
  const { pages, results, queue, log, nowMs } = environment;
  return {
    state: statePortOf(environment, task),
    pages: pages.portOf(task),
    results: results.portOf(task),
    queue: queue.portOf(task),
    topology: log.topologyOf(task),
    deadLetters: { put: (records: readonly SideOutput[]) => putSides(environment, task, records) },
    clock: { nowMs },
    pause: noPause,
  };
}

async function putSides({ scheduler, sides }: Environment, task: () => Task, records: readonly SideOutput[]) {
  if (records.length === 0) return;
  await scheduler.turn(task(), `keeps ${records.length} records aside`);
  for (const record of records) {
    const view = record.kind === 'late' ? record.missed.view : '';
    sides.set(`${record.kind} ${record.shard} ${record.position.sequence}.${record.position.index} ${view}`, record);
  }
}

/** Errors that faults explain; handlers log them and go on. */
const EXPECTED = new Set(['StoreError', 'CommitFailedError', 'UnlistedShardError', 'OlderGenerationError']);

function logOf({ onBug }: Environment): Log {
  const check = (_message: string, fields?: Readonly<Record<string, unknown>>) => {
    const error = fields?.error;
    if (error !== undefined && !isExpected(error)) onBug(error);
  };
  return { info: () => undefined, warn: check, error: check };
}

export function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isExpected);
  return error instanceof Error && EXPECTED.has(error.name);
}
