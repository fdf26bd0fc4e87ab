import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** As cdk-nag reads it from a resource's metadata. */
interface Suppression {
  readonly reason: string;
  readonly id: string;
  readonly applies_to?: readonly { readonly regex: string }[];
}

/**
 * Says why a finding of cdk-nag does not apply to a construct and what is in it. It writes the metadata that cdk-nag looks
 * for, so that whoever deploys a pipeline need not have cdk-nag.
 *
 * @param appliesTo matches the detail of the finding, so that nothing else passes with it.
 */
export function explain(construct: IConstruct, id: string, reason: string, appliesTo?: RegExp): void {
  const only = appliesTo === undefined ? {} : { applies_to: [{ regex: `/${appliesTo.source}/` }] };
  const suppression: Suppression = { reason, id, ...only };
  const resources = construct.node.findAll().filter((child) => CfnResource.isCfnResource(child));
  for (const resource of resources) suppress(resource, suppression);
}

/** Of a role that works with pages. */
export function explainPages(role: IConstruct): void {
  explain(role, 'AwsSolutions-IAM5', 'A page has a key of its own, under one prefix.', /^Resource::<.*>\/pages\/\*$/);
}

function suppress(resource: CfnResource, suppression: Suppression): void {
  const before = (resource.getMetadata(KEY)?.[RULES] ?? []) as readonly Suppression[];
  const text = JSON.stringify(suppression);
  if (before.some((rule) => JSON.stringify(rule) === text)) return;
  resource.addMetadata(KEY, { [RULES]: [...before, suppression] });
}

const KEY = 'cdk_nag';
const RULES = 'rules_to_suppress';
