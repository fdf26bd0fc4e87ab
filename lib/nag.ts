import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/**
 * Says why a finding of cdk-nag does not apply to a construct.
 *
 * @param appliesTo matches the detail of the finding, so that nothing else passes with it.
 */
export function explain(construct: IConstruct, id: string, reason: string, appliesTo?: RegExp): void {
  const only = appliesTo === undefined ? {} : { appliesTo: [{ regex: `/${appliesTo.source}/` }] };
  NagSuppressions.addResourceSuppressions(construct, [{ id, reason, ...only }], true);
}
