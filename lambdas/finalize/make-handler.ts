import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseWake } from '../../adapters/aws/sqs-finalize-queue.ts';
import { isLook } from '../../adapters/aws/sqs-look-queue.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { HandedWake, WakeHold } from '../../adapters/aws/wake-visibility.ts';
import { alertedView } from '../../engine/alerts/alerted-view.ts';
import { type FinalizePorts, finalizeView, type MemoryLimits } from '../../engine/finalize/finalizer.ts';
import { streamNames } from '../../engine/ir/source-definition.ts';
import { append } from '../../engine/lists/append.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { Wake } from '../../engine/ports/finalize-queue.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { type AlertSinks, type PublishTarget, publishTargets } from '../shared/publish-alerts.ts';
import { limitCalls } from '../shared/time-limit.ts';
import { isStalled, tellFinalized } from './finalize-metrics.ts';
import { findView } from './find-view.ts';
import { handleLooks } from './handle-looks.ts';

export interface FinalizeDeps {
  readonly plan: PipelinePlan;
  /** Without `looks` no alert is early. */
  readonly ports: FinalizePorts & { readonly looks?: LookQueue | null };
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whether numbers of final rows are metrics too, where the view has no groups. */
  readonly tellsRows: boolean;
  /** Write units of both tables since the last time. */
  readonly takeWriteUnits: () => number;
  /** Keeps the wake-ups of a call from other finalizers while it works. */
  readonly visibility: { hold(wakes: readonly HandedWake[]): WakeHold };
  /** Where alerts go. Null: others publish them. */
  readonly sinks: AlertSinks | null;
  /** Of all calls. */
  readonly budget: TimeBudget;
  /** What a call holds in memory of carried states: as the engine has it unless said. */
  readonly limits?: MemoryLimits;
}

export type FinalizeHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'> & Invocation,
) => Promise<SQSBatchResponse>;

/**
 * Kept back from the function's time:
 *
 *     0 s ─── finalizes ─── 55 s ─── commits what it is at, wakes a successor ─── 58 s ─── gives wake-ups back ─── 60 s
 *               └ then publishes alerts, up to 10 s, if it is done by 55 s
 *
 * A call that has no answer by then is cut off, and its wake-up fails.
 */
const KEPT_MS = { forCommit: 5000, forRelease: 2000, forAnswer: 1000 } as const;

/** A receiver that is slow keeps the next wake-ups of the batch's views waiting no longer than this. */
const MAX_PUBLISHING_MS = 10_000;

/**
 * A batch is of wake-ups or of early looks, which come from a queue of their own.
 *
 * Finalizes each (view, bucket) that a batch of wake-ups names, once: a wake-up carries no facts, and all that was sent
 * before the checkpoints are read is answered by what they say.
 *
 * A failure is reported with all later messages of its group, as a FIFO queue needs it to keep their order; other groups
 * go on.
 *
 * Alerts go out once all of them are done, so a slow receiver holds up no window of the batch.
 *
 * What is not begun when the time is up is let go: the sweep of the next minute wakes for it.
 */
export function makeHandler(deps: FinalizeDeps): FinalizeHandler {
  return async (event, context) => {
    const log = logOf(deps.log, context);
    const timeIsUp = () => context.getRemainingTimeInMillis() < KEPT_MS.forCommit;
    limitCalls(deps.budget, context, KEPT_MS.forRelease);
    const looks = event.Records.filter(({ body }) => isLook(body));
    const wakes = event.Records.filter(({ body }) => !isLook(body));
    const hold = deps.visibility.hold(wakes.map(handedWake));
    const failed: string[] = [];
    const finalized: PublishTarget[] = [];
    for (const messages of byGroup(wakes)) {
      append(failed, await handleGroup(messages, { ...deps, log }, timeIsUp, finalized));
    }
    append(failed, await handleLooks(looks, { ...deps, log }, timeIsUp, finalized));
    const publishUntilMs = deps.ports.clock.nowMs() + MAX_PUBLISHING_MS;
    await publishTargets(finalized, { ...deps, log }, () =>
      Math.min(publishUntilMs - deps.ports.clock.nowMs(), context.getRemainingTimeInMillis() - KEPT_MS.forCommit),
    );
    limitCalls(deps.budget, context, KEPT_MS.forAnswer);
    await hold.release(new Set(failed));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function handedWake({ messageId, receiptHandle, attributes }: SQSRecord): HandedWake {
  return { messageId, receiptHandle, received: Number(attributes.ApproximateReceiveCount) || 1 };
}

function byGroup(records: readonly SQSRecord[]): SQSRecord[][] {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const group = record.attributes.MessageGroupId ?? '';
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()];
}

/** The ids of the messages that have to come again. Adds to `finalized` what may have alerts to publish. */
async function handleGroup(
  messages: readonly SQSRecord[],
  deps: FinalizeDeps,
  timeIsUp: () => boolean,
  finalized: PublishTarget[],
) {
  const done = new Set<string>();
  for (const [index, message] of messages.entries()) {
    try {
      const wake = parseWake(message.body);
      const name = JSON.stringify([wake.view, wake.bucket]);
      if (done.has(name)) continue;
      done.add(name);
      if (timeIsUp()) {
        deps.log.warn('No time is left for this wake-up. The next sweep sends another.', { ...wake });
      } else {
        const target = await handleWake(wake, deps, timeIsUp);
        if (target !== null) finalized.push(target);
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

/** What it committed rows of; null where there was nothing to do, or another finalizer is at it. */
async function handleWake(
  { view: key, bucket }: Wake,
  deps: FinalizeDeps,
  timeIsUp: () => boolean,
): Promise<PublishTarget | null> {
  const view = findView(deps.plan, key, bucket);
  if (view === null) {
    deps.log.warn('A wake-up is for a view that this code does not have, as after a change of its definition.', {
      view: key,
      bucket,
    });
    return null;
  }
  const result = await finalizeView(view, bucket, deps.ports, timeIsUp, deps.limits);
  const { outcome, panes, rowsWritten, watermarkMs } = result;
  const fields = { view: key, bucket, stream: streamNames(view.definition), panes, rowsWritten, watermarkMs };
  if (isStalled(result))
    deps.log.warn('A finalizer used up its time and moved nothing on. The next call begins again.', fields);
  deps.log.info(`A view's bucket was looked at: ${outcome}.`, { outcome, ...fields });
  tellFinalized(view, bucket, result, deps);
  const mayHaveAlerts = view.alerts.length > 0 && (outcome === 'done' || outcome === 'more');
  return mayHaveAlerts ? { view: alertedView(view), bucket } : null;
}
