import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/**
 * States why a finding of cdk-nag does not apply to a construct.
 *
 * @param appliesTo matches what the finding found, so that nothing else is let through with it.
 */
export function explain(construct: IConstruct, id: string, reason: string, appliesTo?: RegExp): void {
  const only = appliesTo === undefined ? {} : { appliesTo: [{ regex: `/${appliesTo.source}/` }] };
  NagSuppressions.addResourceSuppressions(construct, [{ id, reason, ...only }], true);
}
