import { streamsOf } from '../ir/source-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { loadDeployedState } from '../state/deployed-state.ts';

/**
 * Whether there is state of a view of this name and none of its present definition: rows lie under the definition, so that a
 * pipeline file which has changed since finds none.
 */
export async function isOfOtherDefinition({ key, name, definition }: ViewPlan, state: StateStore): Promise<boolean> {
  for (const { name: stream } of streamsOf(definition.source)) {
    const { owners } = await loadDeployedState(state, stream);
    const keys = Object.keys(owners);
    if (!keys.includes(key) && keys.some((other) => other.startsWith(`${name}@`))) return true;
  }
  return false;
}
