import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import { GENERATION_KEY } from '../state/keys.ts';

/** What the checkpoints hold that were written before generations were counted. */
const UNCOUNTED = 1;
const MAX_ATTEMPTS = 20;

/**
 * Raises the generation of the code that runs on a store, where no deployment numbers it: each start of a process on one
 * machine, and each reload of its pipeline. No two ever get the same.
 *
 * @throws StoreError `conflict` where others were faster each time.
 */
export async function raiseGeneration({ state, pause }: SharedState): Promise<number> {
  return withRetries(MAX_ATTEMPTS, pause, async () => {
    const stored = await state.get(GENERATION_KEY);
    const version = (stored?.version ?? 0) + 1;
    const condition = stored === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: stored.version };
    const outcome = await state.transact([{ kind: 'put', key: GENERATION_KEY, version, data: '', condition }]);
    return outcome.kind === 'committed' ? UNCOUNTED + version : new Again(outrun);
  });
}

function outrun(): StoreError {
  return new StoreError(
    'conflict',
    `The generation of the store was raised by others ${MAX_ATTEMPTS} times in a row. Start again.`,
  );
}
