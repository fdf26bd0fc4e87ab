import type { SQSEvent } from 'aws-lambda';
import { noteEarlyIncidents } from '../../engine/finalize/early-alerts.ts';
import { publishAlerts } from '../../engine/finalize/publish-alerts.ts';
import { discardBatch } from '../../engine/ingest/discard.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import { noPause } from '../../engine/ports/retry.ts';
import { lookEveryMs } from '../../engine/protocol/looks.ts';
import { SimulatedChannel } from './alert-channel.ts';
import { Container, type Environment, isExpected, portsOf, statePortOf } from './containers.ts';
import { type FaultRates, Faults } from './faults.ts';
import { Machine } from './machine.ts';
import { SimulatedPages } from './page-store.ts';
import { Pauses } from './pauses.ts';
import { kinesisEvent, ShardPoller } from './poller.ts';
import { type Made, Producer } from './producer.ts';
import { SimulatedQueue } from './queue.ts';
import type { Random } from './random.ts';
import { SimulatedResults } from './result-store.ts';
import { Scheduler, type Task } from './scheduler.ts';
import { SimulatedState } from './state-store.ts';
import { type LogRecord, type LogShard, SimulatedLog } from './stream-log.ts';

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;
const MAX_CONTAINERS = 4;
/** By a clock that is so far behind no message of an event is too old. */
const AGELESS_MS = 4 * START_MS;

export interface WorldOptions {
  readonly rates: FaultRates;
  /** The second takes the first one's place in mid-stream. */
  readonly plans: readonly [PipelinePlan, PipelinePlan?];
  readonly shards: number;
  /** One process runs the pipeline on its own machine, in place of functions that are invoked. */
  readonly isLocal?: boolean;
  /** How old events are when they are sent, as where an old log is replayed. */
  readonly ageMs?: number;
  /** Segments and ids are objects, and references in their items. */
  readonly hasObjects?: boolean;
}

/** The whole of streamgauge, with everything around it simulated. */
export class World implements Environment {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly state: SimulatedState;
  readonly pages: SimulatedPages;
  /** Where large items are; null where all items hold their bytes themselves. */
  readonly objects: SimulatedPages | null;
  readonly results: SimulatedResults;
  readonly queue: SimulatedQueue;
  /** Where all alerts go. */
  readonly alerts: SimulatedChannel;
  readonly log: SimulatedLog;
  readonly producer: Producer;
  /** Where one process does all the work; null where functions do. */
  readonly machine: Machine | null;
  readonly sides = new Map<string, SideOutput>();
  readonly pollers: ShardPoller[] = [];
  /** Invocations that are going on, or frozen. */
  readonly tasks = new Set<Task>();
  /** Whoever waits for an invocation that timed out gets no answer any more. */
  readonly bugs: unknown[] = [];
  readonly pauses = new Pauses();
  /** Events that producers could not deliver yet, by record. */
  readonly kept: Made[] = [];
  clockMs = START_MS;
  generation = 1;
  readonly #plans: readonly [PipelinePlan, PipelinePlan?];
  readonly #containers: Container[] = [];
  readonly #uncounted: { readonly shard: LogShard; readonly records: readonly LogRecord[] }[] = [];
  #sweeping = 0;
  #tokens = 0;

  constructor(random: Random, { rates, plans, shards, isLocal = false, ageMs = 0, hasObjects = false }: WorldOptions) {
    this.random = random;
    this.#plans = plans;
    this.scheduler = new Scheduler(random);
    this.faults = new Faults(random, rates);
    this.state = new SimulatedState(this.scheduler, this.faults, this.nowMs, () =>
      // Explored, any turn may be the one before which it goes on.
      this.scheduler.isExploring ? 1 : random.pick([1, 1, 3, 12]),
    );
    this.pages = new SimulatedPages(this.scheduler, this.faults, () =>
      this.scheduler.isExploring ? 1 : random.pick([1, 12, 40]),
    );
    this.objects = hasObjects ? new SimulatedPages(this.scheduler, this.faults, () => 1) : null;
    this.results = new SimulatedResults(this.scheduler, this.faults);
    this.alerts = new SimulatedChannel(this.scheduler, this.faults);
    this.queue = new SimulatedQueue(this.scheduler, this.faults, this.nowMs);
    this.log = new SimulatedLog(this.scheduler, this.faults);
    for (const { name } of plans[0].streams) for (let i = 0; i < shards; i++) this.log.add(name);
    this.producer = new Producer(random, this.faults, this.log, this.nowMs, ageMs);
    this.machine = isLocal ? new Machine(this, plans[0], this.tasks) : null;
    this.discoverShards();
  }

  readonly nowMs = () => this.clockMs;
  readonly newToken = () => String(this.#tokens++);
  readonly onBug = (error: unknown) => {
    this.bugs.push(error);
  };

  get firstPlan(): PipelinePlan {
    return this.#plans[0];
  }

  get plan(): PipelinePlan {
    return this.generation > 1 ? (this.#plans[1] ?? this.#plans[0]) : this.#plans[0];
  }

  discoverShards(): void {
    for (const shard of this.log.shards.slice(this.pollers.length)) this.pollers.push(new ShardPoller(shard));
  }

  /** Shards that are read to their end and retired, and that the source still lists. */
  get retiredShards(): readonly LogShard[] {
    return this.log.shards.filter((shard) => {
      if (!shard.closed || shard.isUnlisted) return false;
      return this.state.lastCheckpoint(shard)?.content.retired === true;
    });
  }

  /** Shards whose next batch can be delivered: parents come first. */
  get ready(): readonly ShardPoller[] {
    return this.pollers.filter(
      (poller) =>
        !poller.isBusy && !poller.isPaused && poller.waiting.length > 0 && this.#parentsFinished(poller.shard),
    );
  }

  poll(poller: ShardPoller, most = this.random.between(1, 6)): void {
    const records = poller.take(most);
    this.state.limitCommits(this.random);
    this.#invoke(
      `aggregate ${poller.shard.id.slice(-2)} from ${records[0]?.sequence}`,
      async (container, task) => {
        const response = await container.take(task).aggregate(kinesisEvent(poller.shard, records));
        return () => {
          const failed = response.batchItemFailures[0]?.itemIdentifier ?? null;
          poller.report(failed);
          if (failed !== null && this.faults.happens('discard')) this.#discard(poller);
        };
      },
      () => poller.report(undefined),
    );
  }

  /** Records that were delivered before come once more, to another container: a poller that was taken for dead. */
  redeliver(): void {
    const poller = this.random.pick(this.pollers);
    const old = poller.shard.records;
    if (old.length === 0 || !this.#parentsFinished(poller.shard)) return;
    const from = this.random.below(old.length);
    const most = poller.handled === 0 ? 0 : old.filter(({ sequence }) => sequence <= poller.handled).length;
    // A poller never goes on beyond what the stream's own place allows by more than the batch that it is at.
    const records = old.slice(Math.min(from, most), Math.min(from, most) + this.random.between(1, 5));
    if (records.length === 0) return;
    this.deliverAgain(poller, records);
  }

  /** Records are delivered once more, beside those that are being worked on. */
  deliverAgain({ shard }: ShardPoller, records: readonly LogRecord[]): void {
    this.#invoke(`aggregate ${shard.id.slice(-2)} again from ${records[0]?.sequence}`, async (container, task) => {
      await container.take(task).aggregate(kinesisEvent(shard, records));
      return () => undefined;
    });
  }

  /** A finalizer begins, woken or not: that of the first view unless said. */
  finalizeDirectly(view = this.plan.views[0], bucket = 0, mostSteps = Number.POSITIVE_INFINITY): void {
    const event = wakeEvent({ view: view?.key, bucket, deduplicationId: 'small' }, 'small');
    this.#invoke(`finalize ${this.tasks.size}`, async (container, task) => {
      await container.take(task, mostSteps).finalize(event);
      return () => undefined;
    });
  }

  /** A call that has time for so many steps at most. False where no wake-up is ready. */
  finalize(mostSteps = Number.POSITIVE_INFINITY): boolean {
    const message = this.queue.receive((groups) => this.random.pick(groups));
    if (message === null) return false;
    const { wake, group } = message;
    const slice = this.faults.happens('slices') ? this.random.between(1, 3) : mostSteps;
    this.#invoke(
      `finalize ${group}`,
      async (container, task) => {
        const response = await container.take(task, slice).finalize(wakeEvent(wake, group));
        return () => this.queue.release(group, response.batchItemFailures.length === 0);
      },
      () => this.queue.release(group, false),
    );
    return true;
  }

  get isAlerted(): boolean {
    return this.plan.views.some(({ alerts }) => alerts.length > 0);
  }

  /** Open windows are looked at, and what waits is published: by a function, or beside the rounds of a machine. */
  publish(): void {
    const task = this.scheduler.spawn(
      'publish',
      async (own) => {
        await publishOnce(this, own).catch((error: unknown) => {
          if (!isExpected(error)) this.onBug(error);
        });
        this.tasks.delete(own);
      },
      this.onBug,
    );
    this.tasks.add(task);
  }

  sweep(): void {
    if (this.#sweeping >= 2) return;
    this.#sweeping++;
    const end = () => {
      this.#sweeping--;
    };
    this.#invoke(
      'sweep',
      async (container, task) => {
        await container
          .take(task)
          .sweep()
          .catch((error: unknown) => {
            if (!isExpected(error)) this.onBug(error);
          });
        return end;
      },
      end,
    );
  }

  /** Nothing is going on, and nothing waits. */
  get isIdle(): boolean {
    return (
      this.tasks.size === 0 && this.#uncounted.length === 0 && this.log.shards.every((shard) => this.#isTaken(shard))
    );
  }

  #isTaken(shard: LogShard): boolean {
    const { records } = shard;
    const poller = this.pollers.find((one) => one.shard === shard);
    if (this.machine === null) return poller !== undefined && poller.waiting.length === 0;
    const position = this.state.lastCheckpoint(shard)?.content.position as Place | null;
    const last = records.at(-1);
    return (
      last === undefined || (Number(position?.sequence) === last.sequence && position?.index === last.events.length - 1)
    );
  }

  /** The invoker gives an invocation up; what it is at may still happen, for it is only frozen. */
  timeOut(task: Task): void {
    task.state = 'frozen';
    this.scheduler.note(`${task.name} times out`);
    this.#answer(task)?.();
  }

  kill(task: Task): void {
    this.scheduler.kill(task);
    this.tasks.delete(task);
    this.#answer(task)?.();
  }

  readonly #answers = new Map<Task, () => void>();

  #answer(task: Task): (() => void) | undefined {
    const answer = this.#answers.get(task);
    this.#answers.delete(task);
    return answer;
  }

  /** Runs an invocation in a container. `work` gives what is to happen when its answer arrives. */
  #invoke(
    name: string,
    work: (container: Container, task: Task) => Promise<() => void>,
    onLost: () => void = () => undefined,
  ): void {
    const container = this.#container();
    const task = this.scheduler.spawn(
      `${name} (g${container.generation})`,
      async (own) => {
        const answered = await work(container, own);
        this.tasks.delete(own);
        if (this.#answers.delete(own)) answered();
      },
      this.onBug,
    );
    container.take(task);
    this.tasks.add(task);
    this.#answers.set(task, onLost);
  }

  /** A warm container that is idle, of any generation that is still about, or a new one. */
  #container(): Container {
    const idle = this.#containers.filter((container) => container.isIdle);
    if (idle.length > 0 && this.random.chance(80)) return this.random.pick(idle);
    const container = new Container(this, this.plan, this.generation);
    this.#containers.push(container);
    if (this.#containers.length > MAX_CONTAINERS) {
      const [oldest] = idle;
      if (oldest !== undefined) this.#containers.splice(this.#containers.indexOf(oldest), 1);
    }
    return container;
  }

  /** Containers of older code are not used any more. */
  dropOldContainers(): void {
    for (const old of this.#containers.filter(({ generation }) => generation < this.generation)) {
      this.#containers.splice(this.#containers.indexOf(old), 1);
    }
  }

  #discard(poller: ShardPoller): void {
    const records = poller.giveUp();
    this.scheduler.note(`the source gives up ${records.length} records of ${poller.shard.id}`);
    this.#countDiscarded(poller.shard, records);
    if (this.random.chance(50))
      for (const { events } of records) this.producer.put({ stream: poller.shard.stream, events });
  }

  #countDiscarded(shard: LogShard, records: readonly LogRecord[]): void {
    const stream = this.plan.streams.find(({ name }) => name === shard.stream);
    if (stream === undefined) return;
    const batch = records.map(({ sequence, arrivalMs, data }) => ({
      sequence: String(sequence),
      arrivalMs,
      partitionKey: null,
      data,
    }));
    const again = () => {
      this.#uncounted.push({ shard, records });
    };
    this.#invoke(
      `discard ${shard.id.slice(-2)}`,
      async (_container, task) => {
        try {
          const state = statePortOf(this, () => task);
          await discardBatch(stream, shard.id, batch, { state, pause: noPause });
          return () => undefined;
        } catch (error) {
          if (!isExpected(error)) this.onBug(error);
          return again;
        }
      },
      again,
    );
  }

  /** Batches that were given up and could not be counted yet are tried again. */
  countDiscardedAgain(): void {
    for (const { shard, records } of this.#uncounted.splice(0)) this.#countDiscarded(shard, records);
  }

  #parentsFinished({ stream, parents }: LogShard): boolean {
    return parents.every((parent) => {
      const poller = this.pollers.find(({ shard }) => shard.stream === stream && shard.id === parent);
      return poller?.isFinished === true && !poller.isBusy && this.#parentsFinished(poller.shard);
    });
  }
}

/** One early pass, and all that waits. */
export async function publishOnce(world: World, task: Task): Promise<void> {
  const ports = portsOf(world, () => task);
  const sink = world.alerts.sinkOf(() => task);
  // One that is frozen while newer code is deployed goes on with what it knows.
  const { plan } = world;
  for (const view of plan.views.filter(({ definition }) => lookEveryMs(definition) !== null)) {
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) await noteEarlyIncidents(view, bucket, ports);
  }
  // Events may be of any time, and none is too old here: age holds back messages, which the publisher's own test is about.
  const clock = { nowMs: () => world.clockMs - AGELESS_MS };
  await publishAlerts(plan, { ...ports, clock, sinkOf: () => sink, servedAt: null });
}

interface Place {
  readonly sequence: string;
  readonly index: number;
}

function wakeEvent(wake: object, group: string): SQSEvent {
  const attributes = { MessageGroupId: group, ApproximateReceiveCount: '1' };
  return { Records: [{ messageId: '1', body: JSON.stringify(wake), attributes } as never] };
}
