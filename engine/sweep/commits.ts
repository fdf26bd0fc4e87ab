import { StoreError } from '../ports/errors.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';

/** False where somebody else was faster, or where the outcome is not known: the next sweep looks at what is there. */
export async function commits(state: StateStore, writes: readonly ItemWrite[]): Promise<boolean> {
  try {
    return (await state.transact(writes)).kind === 'committed';
  } catch (error) {
    if (!(error instanceof StoreError) || error.code === 'throttled') throw error;
    return false;
  }
}
