import { systemClock } from '../../adapters/system-clock.ts';
import { stackNameOf } from '../../contracts/stack-names.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { UsageError } from './command.ts';
import { openSharedStore } from './shared-store.ts';

export const RESULT_STORE_OPTIONS = {
  store: { type: 'string' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
  stage: { type: 'string' },
} as const;

export const RESULT_STORE_HELP = `Where the rows are
  --store PATH         An embedded store (default .streamgauge/<pipeline>.db, that of streamgauge start, which may be running).
  --aws                The deployed pipeline: names are read from the stack Streamgauge-<pipeline>.
  --stage NAME         As --aws, of the stage that was deployed with -c stage=NAME.
  --stack NAME         As --aws, from a stack of another name.`;

export interface ResultStoreValues {
  readonly store?: string | undefined;
  readonly aws?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly stage?: string | undefined;
}

export interface ResultStores extends QueryPorts {
  readonly isOnAws: boolean;
  close(): void;
}

/** The rows that a command line names, on this machine or deployed. The AWS SDK is loaded only where it is asked for. */
export async function openResultStores(values: ResultStoreValues, plan: PipelinePlan): Promise<ResultStores> {
  const { store, aws, stack, stage } = values;
  const isOnAws = aws === true || stack !== undefined || stage !== undefined;
  if (isOnAws && store !== undefined) {
    throw new UsageError('--store is an embedded store, and cannot be given together with --aws, --stage or --stack.');
  }
  if (stack !== undefined && stage !== undefined) {
    throw new UsageError('--stage and --stack say the same in two ways: give one of them.');
  }
  if (!isOnAws) {
    return { ...(await openSharedStore(store, plan, '; for the deployed pipeline, give --aws')), isOnAws };
  }
  const { openAwsResults } = await import('../../adapters/aws/open-results.ts');
  return { ...(await openAwsResults(stack ?? stackNameOf(plan.name, stage), systemClock)), isOnAws };
}
