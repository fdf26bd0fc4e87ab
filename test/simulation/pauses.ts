import type { World } from './world.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 86_400_000;
const PAUSES_MS = [MINUTE_MS, 3 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 21 * DAY_MS] as const;

/** Sweeps that are no further apart see a pause between them as time in which nothing came. */
const SEEN_MS = 2 * MINUTE_MS;

/** Time in which nobody did anything: not the sweep, not the stages, and not the producers. */
export class Pauses {
  readonly #pauses: { readonly endMs: number; readonly unseenMs: number }[] = [];

  add(endMs: number, lengthMs: number): void {
    this.#pauses.push({ endMs, unseenMs: Math.max(0, lengthMs - SEEN_MS) });
  }

  /** An instant, less all the time before it that no two sweeps can have seen. */
  readonly awakeMs = (atMs: number): number =>
    this.#pauses.reduce((ms, { endMs, unseenMs }) => (endMs <= atMs ? ms - unseenMs : ms), atMs);
}

/**
 * Everything stops, from a minute to three weeks. What was going on dies or is frozen. A replay goes on with the event that it
 * had come to; other producers have made events meanwhile, and deliver them some time afterwards.
 */
export function pauseAll(world: World): void {
  const { random, producer } = world;
  const lengthMs = random.pick(PAUSES_MS);
  if (random.chance(50)) {
    for (const task of [...world.tasks]) world.kill(task);
    world.machine?.stop();
  }
  world.scheduler.note(`everything pauses for ${lengthMs / SECOND_MS} s`);
  const beganMs = world.clockMs;
  if (producer.ageMs > 0) producer.ageMs += lengthMs;
  else {
    const kept = random.between(0, 4);
    for (let index = 1; index <= kept; index++) {
      world.clockMs = beganMs + Math.floor((index * lengthMs) / (kept + 1));
      world.kept.push(producer.make());
    }
  }
  world.clockMs = beganMs + lengthMs;
  world.pauses.add(world.clockMs, lengthMs);
}

/** The producers deliver what they kept. */
export function deliverKept(world: World): void {
  for (const made of world.kept.splice(0)) world.producer.put(made);
}
