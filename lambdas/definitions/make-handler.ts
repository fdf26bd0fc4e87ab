import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { admitDefinitions, type DeployedView } from '../../engine/protocol/deployed-definitions.ts';
import type { Log } from '../shared/log.ts';

/** What CloudFormation is told. A failure ends the deployment, and its reason is shown to whoever deploys. */
export interface ResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
}

export interface DefinitionsDeps {
  readonly state: StateStore;
  /** Brings the answer to where CloudFormation waits for it. */
  readonly answer: (event: CloudFormationCustomResourceEvent, answer: ResourceAnswer) => Promise<void>;
  readonly log: Log;
}

export type DefinitionsHandler = (event: CloudFormationCustomResourceEvent) => Promise<void>;

/**
 * Stands between a deployment and the state: a changed definition without a new version fails before any function is
 * changed. Whatever happens, CloudFormation gets an answer, for it would wait.
 */
export function makeHandler({ state, answer, log }: DefinitionsDeps): DefinitionsHandler {
  return async (event) => {
    await answer(event, await answerTo(event, state, log));
  };
}

async function answerTo(
  event: CloudFormationCustomResourceEvent,
  state: StateStore,
  log: Log,
): Promise<ResourceAnswer> {
  // The state may outlive the stack, and so does what is known of it.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS', Reason: 'Nothing is removed.' };
  try {
    const views = JSON.parse(String(event.ResourceProperties.Views)) as readonly DeployedView[];
    await admitDefinitions(views, state);
    log.info('The definitions of a deployment fit what is kept.', { views: views.length });
    return { Status: 'SUCCESS', Reason: 'All definitions fit what is kept.' };
  } catch (error) {
    log.error('A deployment is refused.', { error });
    return { Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) };
  }
}
