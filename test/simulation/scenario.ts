import { finalizeView } from '../../engine/finalize/finalizer.ts';
import { noPause } from '../../engine/ports/retry.ts';
import { endStream } from '../../engine/sweep/sweep.ts';
import { statePortOf } from './containers.ts';
import { deliverKept, pauseAll } from './pauses.ts';
import { NoProgressError } from './scheduler.ts';
import { publishOnce, type World } from './world.ts';

/** Steps that a stream's faults go on for at most, and that it takes to come to rest without them at most. */
const SAFETY_STEPS = 6000;
const LIVENESS_ROUNDS = 100;
const QUIET_ROUNDS = 3;
const HOUR_MS = 3_600_000;

/** With faults: events come, are taken in and finalized, while things break. */
export async function beUnderFaults(world: World, events: number): Promise<void> {
  const { scheduler, random } = world;
  while (world.producer.made < events && scheduler.steps < SAFETY_STEPS) {
    await act(world);
    for (let steps = random.between(0, 12); steps > 0; steps--) {
      if (!(await scheduler.step())) break;
      disturb(world);
    }
  }
}

async function act(world: World): Promise<void> {
  const { random, faults, queue } = world;
  world.clockMs += random.between(0, 4) * 250;
  if (world.kept.length > 0 && random.chance(15)) deliverKept(world);
  if (world.isAlerted && random.chance(25)) world.publish();
  const dice = random.below(100);
  if (dice < 35) {
    world.producer.send();
  } else if (world.machine !== null && dice < 78) {
    world.machine.round();
  } else if (dice < 58) {
    if (world.ready.length > 0) world.poll(random.pick(world.ready));
  } else if (dice < 69) {
    if (!queue.isEmpty) world.finalize();
  } else if (dice < 78) {
    world.sweep();
  } else if (dice < 82) {
    world.clockMs += random.pick([1000, 3000, 8000, 20_000]);
  } else {
    upset(world, faults.happens('zombieBatch'));
  }
}

/** What happens to the whole: shards change, time passes, code is deployed, frozen sandboxes wake. */
export function upset(world: World, again: boolean): void {
  const { random, faults } = world;
  world.countDiscardedAgain();
  if (world.machine === null) {
    if (again) world.redeliver();
    if (faults.happens('reshard')) reshard(world);
    const retired = world.retiredShards;
    if (retired.length > 0 && faults.happens('unlist')) random.pick(retired).isUnlisted = true;
    if (faults.happens('pauseShard')) {
      const poller = random.pick(world.pollers);
      poller.isPaused = !poller.isPaused;
    }
    if (world.generation === 1 && faults.happens('deploy')) world.generation = 2;
  }
  if (faults.happens('longPause')) pauseAll(world);
  const frozen = [...world.tasks].filter(({ state }) => state === 'frozen');
  if (frozen.length > 0 && random.chance(30)) random.pick(frozen).state = 'running';
}

function reshard(world: World): void {
  const { random, log, plan } = world;
  const stream = random.pick(plan.streams).name;
  if (log.of(stream).length >= 8) return;
  const open = log.openOf(stream);
  const [first, second] = open;
  if (first !== undefined && second !== undefined && random.chance(40)) log.merge(first, second);
  else log.split(random.pick(open));
  world.discoverShards();
}

/** What happens to one invocation. */
export function disturb(world: World): void {
  const { faults, random } = world;
  const running = [...world.tasks].filter(({ state }) => state === 'running');
  if (running.length === 0) return;
  if (faults.happens('kill')) world.kill(random.pick(running));
  else if (faults.happens('timeOut')) world.timeOut(random.pick(running));
  else if (faults.happens('freeze')) random.pick(running).state = 'frozen';
}

/**
 * Without faults: everything that was delivered is taken in, in a bounded number of rounds, and then finalized as far as
 * the watermark is. Each round is a minute: what lost its wake-up waits for the next sweep.
 *
 * @param mostSteps that a finalizer has time for in one call.
 */
export async function comeToRest(world: World, mostSteps = Number.POSITIVE_INFINITY): Promise<void> {
  world.faults.isOn = false;
  deliverKept(world);
  world.state.maxItems = 100;
  world.dropOldContainers();
  for (const task of world.tasks) task.state = 'running';
  for (const poller of world.pollers) poller.isPaused = false;
  let quiet = 0;
  for (let round = 0; round < LIVENESS_ROUNDS && quiet < QUIET_ROUNDS; round++) {
    world.discoverShards();
    world.countDiscardedAgain();
    if (world.machine !== null) {
      world.machine.round();
      while (await world.scheduler.step());
    } else {
      for (const poller of world.ready) world.poll(poller);
      world.sweep();
      do {
        while (await world.scheduler.step());
      } while (world.finalize(mostSteps));
    }
    if (world.isAlerted) world.publish();
    while (await world.scheduler.step());
    quiet = world.isIdle ? quiet + 1 : 0;
    world.clockMs += 61_000;
  }
  if (quiet < QUIET_ROUNDS) {
    throw new NoProgressError(`After ${LIVENESS_ROUNDS} rounds without faults there is still something to do.`);
  }
}

/** The end of the stream: every window closes. */
export async function closeAll(world: World): Promise<void> {
  const { streams, finalized } = world.plan;
  const body = async (task: { readonly name: string }) => {
    const port = () => task as never;
    const ports = {
      state: statePortOf(world, port),
      pages: world.pages.portOf(port),
      results: world.results.portOf(port),
      queue: world.queue.portOf(port),
      clock: { nowMs: world.nowMs },
      pause: noPause,
    };
    for (const stream of streams) await endStream(stream, ports.state);
    for (let round = 0; round < 2; round++) {
      for (const view of finalized) {
        for (let bucket = 0; bucket < view.definition.buckets; bucket++) await finalizeView(view, bucket, ports);
      }
    }
    if (!world.isAlerted) return;
    await publishOnce(world, task as never);
    // By now no shard can be read by the code before.
    world.clockMs += HOUR_MS;
    await publishOnce(world, task as never);
  };
  const task = world.scheduler.spawn('end', body, world.onBug);
  while (await world.scheduler.step());
  if (task.state !== 'done' && world.bugs.length === 0) throw new NoProgressError('The stream does not end.');
}
