import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LONGEST_ANSWER_MS } from '../../adapters/aws/cloudformation-answer.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { SharedState } from '../../engine/ports/retry.ts';
import { admitDefinitions, type DeployedView } from '../../engine/protocol/deployed-definitions.ts';
import type { Log } from '../shared/log.ts';
import { limitCalls, type Timed } from '../shared/time-limit.ts';

/** What CloudFormation is told. A failure ends the deployment, and its reason is shown to whoever deploys. */
export interface ResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
}

export interface DefinitionsDeps {
  readonly shared: SharedState;
  /** Brings the answer to where CloudFormation waits for it. */
  readonly answer: (event: CloudFormationCustomResourceEvent, answer: ResourceAnswer) => Promise<void>;
  readonly log: Log;
  /** Of the calls to the state. */
  readonly budget: TimeBudget;
}

export type DefinitionsHandler = (event: CloudFormationCustomResourceEvent, invocation?: Timed) => Promise<void>;

/**
 * Stands between a deployment and the state: a changed definition without a new version fails before any function is
 * changed. Whatever happens, CloudFormation gets an answer, for it would wait: also where the state does not answer.
 */
export function makeHandler({ shared, answer, log, budget }: DefinitionsDeps): DefinitionsHandler {
  return async (event, invocation) => {
    limitCalls(budget, invocation, LONGEST_ANSWER_MS + 1000);
    await answer(event, await answerTo(event, shared, log));
  };
}

async function answerTo(
  event: CloudFormationCustomResourceEvent,
  shared: SharedState,
  log: Log,
): Promise<ResourceAnswer> {
  // The state may outlive the stack, and so does what is known of it.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS', Reason: 'Nothing is removed.' };
  try {
    const views = JSON.parse(String(event.ResourceProperties.Views)) as readonly DeployedView[];
    await admitDefinitions(views, shared);
    log.info('The definitions of a deployment fit what is kept.', { views: views.length });
    return { Status: 'SUCCESS', Reason: 'All definitions fit what is kept.' };
  } catch (error) {
    log.error('A deployment is refused.', { error });
    return { Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) };
  }
}
