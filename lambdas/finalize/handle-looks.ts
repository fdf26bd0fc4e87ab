import type { SQSRecord } from 'aws-lambda';
import { parseLook } from '../../adapters/aws/sqs-look-queue.ts';
import { alertedView } from '../../engine/alerts/alerted-view.ts';
import type { EarlyPorts } from '../../engine/finalize/early-alerts.ts';
import { takeLook } from '../../engine/finalize/early-look.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import type { Log } from '../shared/log.ts';
import type { PublishTarget } from '../shared/publish-alerts.ts';
import { findView } from './find-view.ts';

interface LookDeps {
  readonly plan: PipelinePlan;
  readonly ports: EarlyPorts & { readonly clock: Clock; readonly looks?: LookQueue | null };
  readonly log: Log;
}

/**
 * Takes early looks. Adds to `looked` what may have alerts to publish.
 *
 * @returns the ids of the messages that have to come again.
 */
export async function handleLooks(
  messages: readonly SQSRecord[],
  { plan, ports, log }: LookDeps,
  timeIsUp: () => boolean,
  looked: PublishTarget[],
): Promise<string[]> {
  const { looks } = ports;
  // Of an earlier deployment, in which an alert was early.
  if (!looks) return [];
  const failed: string[] = [];
  for (const { messageId, body } of messages) {
    if (timeIsUp()) {
      failed.push(messageId);
      continue;
    }
    try {
      const look = parseLook(body);
      const view = findView(plan, look.view, look.bucket);
      if (view === null) log.info('An early look is at a view that this code does not have.', { ...look });
      else if (await takeLook(view, look, { ...ports, looks }))
        looked.push({ view: alertedView(view), bucket: look.bucket });
    } catch (error) {
      failed.push(messageId);
      log.error('An early look failed. The next one comes in a minute.', { message: body.slice(0, 500), error });
    }
  }
  return failed;
}
