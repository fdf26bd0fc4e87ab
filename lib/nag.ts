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

/** Of a role that works with pages. */
export function explainPages(role: IConstruct): void {
  explain(role, 'AwsSolutions-IAM5', 'A page has a key of its own, under one prefix.', /^Resource::<.*>\/pages\/\*$/);
}
