import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseWake } from '../../adapters/aws/sqs-finalize-queue.ts';
import { type FinalizePorts, finalizeView } from '../../engine/finalize/finalizer.ts';
import { append } from '../../engine/lists/append.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { Wake } from '../../engine/ports/finalize-queue.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { tellFinalized } from './finalize-metrics.ts';

export interface FinalizeDeps {
  readonly plan: PipelinePlan;
  readonly ports: FinalizePorts;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whether numbers of final rows are metrics too, where the view has no groups. */
  readonly tellsRows: boolean;
  /** Write units of both tables since the last time. */
  readonly takeWriteUnits: () => number;
}

export type FinalizeHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'> & Partial<Invocation>,
) => Promise<SQSBatchResponse>;

/** Kept back from the function's time: to commit the pane that is being worked on, and to wake a successor. */
const MARGIN_MS = 5000;

/**
 * Finalizes each (view, bucket) that a batch of wake-ups names, once: a wake-up carries no facts, and all that was sent
 * before the checkpoints are read is answered by what they say.
 *
 * A failure is reported with all later messages of its group, as a FIFO queue needs it to keep their order; other groups
 * go on.
 *
 * What is not begun when the time is up is let go: begun, it would run into the time limit, and the whole batch, with what
 * is done of it, would come again only after the queue's visibility timeout. The sweep of the next minute wakes for it.
 */
export function makeHandler(deps: FinalizeDeps): FinalizeHandler {
  return async (event, context) => {
    const { awsRequestId } = context;
    const log = logOf(deps.log, awsRequestId === undefined ? undefined : { awsRequestId });
    const timeIsUp = () => context.getRemainingTimeInMillis() < MARGIN_MS;
    const failed: string[] = [];
    for (const messages of byGroup(event.Records)) {
      append(failed, await handleGroup(messages, { ...deps, log }, timeIsUp));
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function byGroup(records: readonly SQSRecord[]): SQSRecord[][] {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const group = record.attributes.MessageGroupId ?? '';
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()];
}

/** The ids of the messages that have to come again. */
async function handleGroup(messages: readonly SQSRecord[], deps: FinalizeDeps, timeIsUp: () => boolean) {
  const done = new Set<string>();
  for (const [index, message] of messages.entries()) {
    try {
      const wake = parseWake(message.body);
      const target = JSON.stringify([wake.view, wake.bucket]);
      if (done.has(target)) continue;
      done.add(target);
      if (timeIsUp()) {
        deps.log.warn('No time is left for this wake-up. The next sweep sends another.', { ...wake });
      } else {
        await handleWake(wake, deps, timeIsUp);
      }
    } catch (error) {
      const left = messages.slice(index).map(({ messageId }) => messageId);
      deps.log.error('A wake-up failed. It will come again, and those behind it in its group too.', {
        message: message.body.slice(0, 500),
        received: message.attributes.ApproximateReceiveCount,
        failed: left.length,
        error,
      });
      return left;
    }
  }
  return [];
}

async function handleWake({ view: key, bucket }: Wake, deps: FinalizeDeps, timeIsUp: () => boolean): Promise<void> {
  const view = findView(deps.plan, key, bucket);
  if (view === null) {
    deps.log.warn('A wake-up is for a view that this code does not have, as after a change of its definition.', {
      view: key,
      bucket,
    });
    return;
  }
  const result = await finalizeView(view, bucket, deps.ports, timeIsUp);
  const { outcome, panes, rowsWritten, watermarkMs } = result;
  const fields = { view: key, bucket, stream: view.definition.stream.name, panes, rowsWritten, watermarkMs };
  deps.log.info(`A view's bucket was looked at: ${outcome}.`, { outcome, ...fields });
  tellFinalized(view, bucket, result, deps);
}

function findView(plan: PipelinePlan, key: string, bucket: number): ViewPlan | null {
  const view = plan.views.find((candidate) => candidate.key === key);
  return view !== undefined && bucket >= 0 && bucket < view.definition.buckets ? view : null;
}
