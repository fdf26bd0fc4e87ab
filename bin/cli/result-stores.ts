import { systemClock } from '../../adapters/system-clock.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { openSharedStore } from './shared-store.ts';
import { type StoreValues, stackOf } from './store-options.ts';

export const RESULT_STORE_HELP = `Where the rows are
  --store PATH         An embedded store (default .streamgauge/<pipeline>.db, that of streamgauge dev, which may be running).
  --aws                The deployed pipeline: names are read from the stack Streamgauge-<pipeline>.
  --stage NAME         As --aws, of the stage that was deployed with -c stage=NAME.
  --stack NAME         As --aws, from a stack of another name.`;

export interface ResultStores extends QueryPorts {
  readonly isOnAws: boolean;
  close(): void;
}

/** The rows that a command line names, on this machine or deployed. The AWS SDK is loaded only where it is asked for. */
export async function openResultStores(values: StoreValues, plan: PipelinePlan): Promise<ResultStores> {
  const stack = stackOf(values, plan);
  if (stack === null) return { ...(await openSharedStore(values.store, plan)), isOnAws: false };
  const { openAwsResults } = await import('../../adapters/aws/open-results.ts');
  const streams = plan.streams.map(({ name }) => name);
  return { ...(await openAwsResults({ stack, streams, clock: systemClock })), isOnAws: true };
}
