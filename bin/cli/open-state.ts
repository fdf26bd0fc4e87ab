import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { openSharedStore } from './shared-store.ts';
import { type StoreValues, stackOf } from './store-options.ts';

export interface OpenState {
  readonly state: StateStore;
  close(): void;
}

/** The state that a command line names. What a kind of store needs is loaded only where that kind is asked for. */
export async function openState(
  pipeline: Pick<PipelineDefinition, 'name' | 'streams'>,
  values: StoreValues,
): Promise<OpenState> {
  const stack = stackOf(values, pipeline);
  if (stack === null) return openSharedStore(values.store, pipeline);
  const { openAwsState } = await import('../../adapters/aws/open-state.ts');
  return openAwsState({ stack, streams: pipeline.streams.map(({ name }) => name) });
}
