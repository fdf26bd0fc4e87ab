import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { LocalPipeline, type LocalPorts } from '../../runtime/live/local-pipeline.ts';
import { type Environment, isExpected, portsOf } from './containers.ts';
import type { Task } from './scheduler.ts';

/**
 * A machine on which one process at a time runs the pipeline, on the embedded runtime's own code. It starts another when
 * one is gone: after an error, killed, or frozen, in which case the old one may still finish what it is at.
 */
export class Machine {
  readonly #environment: Environment;
  readonly #plan: PipelinePlan;
  readonly #tasks: Set<Task>;
  #process: Process | null = null;

  /** `tasks` are the world's: what is in there can be killed and frozen. */
  constructor(environment: Environment, plan: PipelinePlan, tasks: Set<Task>) {
    this.#environment = environment;
    this.#plan = plan;
    this.#tasks = tasks;
  }

  /** The process ends, unless it is at something. The next round is another one's. */
  stop(): void {
    if (this.#process?.task?.state !== 'running') this.#process = null;
  }

  /** Begins a round, unless one is going on. */
  round(): void {
    const state = this.#process?.task?.state;
    if (state === 'running') return;
    if (state !== 'done' || this.#process?.hasFailed) this.#process = new Process(this.#environment, this.#plan);
    const process = this.#process as Process;
    this.#environment.state.limitCommits(this.#environment.random);
    const task = this.#environment.scheduler.spawn(
      'round',
      async (own) => {
        await process.round();
        this.#tasks.delete(own);
      },
      this.#environment.onBug,
    );
    process.task = task;
    this.#tasks.add(task);
  }
}

class Process {
  task: Task | null = null;
  hasFailed = false;
  readonly #environment: Environment;
  readonly #open: () => Promise<LocalPipeline>;
  #pipeline: LocalPipeline | null = null;

  constructor(environment: Environment, plan: PipelinePlan) {
    this.#environment = environment;
    const ports = localPortsOf(environment, () => this.task as Task);
    const shards = [...environment.log.shards];
    const shardsOf = (stream: string) => shards.filter((shard) => shard.stream === stream).map(({ id }) => id);
    this.#open = () => LocalPipeline.open(plan, ports, shardsOf);
  }

  async round(): Promise<void> {
    try {
      this.#pipeline ??= await this.#open();
      await this.#pipeline.round();
    } catch (error) {
      this.hasFailed = true;
      if (!isExpected(error)) this.#environment.onBug(error);
    }
  }
}

function localPortsOf(environment: Environment, task: () => Task): LocalPorts {
  const { queue, log, nowMs } = environment;
  const ports = portsOf(environment, task);
  return {
    ...ports,
    monotonic: { nowMs },
    // Its views keep their rows for ever.
    results: { ...ports.results, purgeExpired: async () => 0 },
    queue: { ...ports.queue, ...queue.localPortOf(task) },
    log: {
      read: (stream, shard, after, limit) => log.read(stream, shard, after, limit),
      trim: (stream, shard, upTo) => log.trim(stream, shard, upTo),
    },
  };
}
