/**
 * Waits for every write, also when one fails, and then throws the first failure. `Promise.all` would return with writes
 * in flight, and a frozen sandbox finishes them whenever it wakes.
 */
export async function allSettled<T>(writes: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(writes);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
