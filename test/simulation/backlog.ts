import { beUnderFaults, disturb, upset } from './scenario.ts';
import type { Task } from './scheduler.ts';
import type { World } from './world.ts';

/** Steps that a backlog's faults go on for at most. */
const MOST_STEPS = 8000;
/** More than it takes, as a rule, to commit a batch. */
const STEPS_TO_COMMIT = 40;

/**
 * Much comes while nobody finalizes: before the first deployment of a view, in an outage, or as an old log is replayed.
 * Then finalizers work it off, one or two steps a call, so their passes pause between any two windows; meanwhile events
 * come late for windows that the pass has gone through, and calls die, freeze and time out.
 */
export async function workOffBacklog(world: World): Promise<void> {
  const { random } = world;
  if (random.chance(50)) await beUnderFaults(world, random.between(4, 16));
  for (let round = random.between(1, 3); round > 0; round--) {
    await pileUp(world, random.between(6, 20));
    await workOff(world, random.between(10, 60));
  }
}

/** Events come and are taken in, and no finalizer begins. */
async function pileUp(world: World, records: number): Promise<void> {
  const { random, scheduler, producer } = world;
  const mostMs = random.pick([2000, 8000]);
  for (let record = 0; record < records; record++) {
    world.clockMs += random.between(0, mostMs);
    producer.send();
    if (random.chance(60)) takeIn(world);
    for (let steps = random.between(0, 8); steps > 0; steps--) {
      if (!(await scheduler.step())) break;
      disturb(world);
    }
  }
  world.faults.isOn = false;
  for (const poller of world.pollers) poller.isPaused = false;
  while (await takeInAll(world));
  world.faults.isOn = true;
}

function takeIn(world: World): void {
  if (world.ready.length > 0) world.poll(world.random.pick(world.ready));
}

/** One batch of each shard that has any, to its end. False where none has. */
async function takeInAll(world: World): Promise<boolean> {
  const { ready } = world;
  for (const poller of ready) world.poll(poller, 10);
  while (await world.scheduler.step());
  return ready.length > 0;
}

/** Finalizers begin right after a commit of late events: they see its checkpoint, and not all of its items yet. */
async function raceWithLateEvents(world: World): Promise<void> {
  const { random, scheduler, producer, state, plan } = world;
  producer.sendLate();
  for (const poller of world.ready) world.poll(poller);
  const before = state.checkpoints.length;
  for (let steps = 0; steps < STEPS_TO_COMMIT && state.checkpoints.length === before; steps++) {
    if (!(await scheduler.step())) return;
  }
  for (let finalizers = 2; finalizers > 0; finalizers--) {
    const view = random.pick(plan.views);
    world.finalizeDirectly(view, random.below(view.definition.buckets), random.between(1, 3));
  }
  const isFinalizer = ({ name }: Task) => name.startsWith('finalize');
  for (let steps = random.between(8, 24); steps > 0; steps--) await scheduler.step(isFinalizer);
}

async function workOff(world: World, acts: number): Promise<void> {
  const { random, scheduler, producer, faults } = world;
  const end = scheduler.steps + MOST_STEPS;
  // Wakes the finalizers.
  world.sweep();
  for (let left = acts; left > 0 && scheduler.steps < end; left--) {
    const dice = random.below(100);
    if (dice < 45) {
      if (!world.finalize(random.between(1, 2))) world.sweep();
    } else if (dice < 52) {
      producer.sendLate();
      takeIn(world);
    } else if (dice < 80) {
      await raceWithLateEvents(world);
    } else if (dice < 90) {
      takeIn(world);
    } else if (dice < 95) {
      world.clockMs += random.pick([250, 1000, 5000]);
      producer.send();
    } else {
      upset(world, faults.happens('zombieBatch'));
    }
    for (let steps = random.pick([2, 10, 30]); steps > 0; steps--) {
      if (!(await scheduler.step())) break;
      disturb(world);
    }
  }
}
