import type { StateStore } from '../../engine/ports/state-store.ts';
import { OPERATOR_TIMEOUTS } from './client-settings.ts';
import { createCloudFormationClient } from './cloudformation-client.ts';
import { createDynamoDbClient } from './dynamodb-client.ts';
import { DynamoDbStateStore } from './dynamodb-state-store.ts';
import { readStateTable } from './stack-outputs.ts';

export interface OpenStateOptions {
  readonly stack: string;
  /** The pipeline's names of its streams. */
  readonly streams: readonly string[];
}

/** The state of a deployed pipeline, with clients set up from the environment. */
export async function openAwsState({
  stack,
  streams,
}: OpenStateOptions): Promise<{ state: StateStore; close(): void }> {
  const cloudFormation = createCloudFormationClient(OPERATOR_TIMEOUTS);
  const table = await readStateTable(cloudFormation, stack, streams).finally(() => cloudFormation.destroy());
  const client = createDynamoDbClient(OPERATOR_TIMEOUTS);
  return { state: new DynamoDbStateStore({ client, table }), close: () => client.destroy() };
}
