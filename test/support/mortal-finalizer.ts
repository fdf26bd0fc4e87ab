import type { JoinWorld } from './join-world.ts';

/** Finalizes all views, and dies at the n-th write, where that is given. */
export async function finalizeOrDie(world: JoinWorld, diesAt: number | null, timeIsUp: () => boolean): Promise<void> {
  let writes = 0;
  const dead = new Error('The finalizer died.');
  const { state } = world.stores;
  const mortal = new Proxy(state, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'transact') return value.bind(target);
      return (...given: unknown[]) => {
        if (writes++ === diesAt) throw dead;
        return value.apply(target, given);
      };
    },
  });
  try {
    await world.finalizeAll({ state: mortal }, timeIsUp);
  } catch (error) {
    if (error !== dead) throw error;
  }
}
