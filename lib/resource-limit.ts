import { CfnResource, type Stack } from 'aws-cdk-lib';
import { SettingsError } from './settings-error.ts';

/** CloudFormation's own limit. */
const MAX_RESOURCES = 500;

/** What a setting leaves out, by a word in the paths of its resources. */
const PARTS = [
  { word: '/Monitoring/', part: 'alarms and the dashboard', setting: 'monitoring=false, or nulls in alarms' },
  { word: '/Queries/', part: 'queries of views', setting: 'catalog=false' },
  { word: '/Lake/', part: 'the lake', setting: 'lake=false' },
] as const;

/** Says how many resources too many a stack has, and what they are for; null if it has as many as it may. */
export function tooManyResources(stack: Stack): string | null {
  const paths = stack.node
    .findAll()
    .filter((each): each is CfnResource => CfnResource.isCfnResource(each) && each.stack === stack)
    .map(({ node }) => `/${node.path}`);
  if (paths.length <= MAX_RESOURCES) return null;
  const shares = PARTS.map(({ word, part, setting }) => {
    const count = paths.filter((path) => path.includes(word)).length;
    return `${count} are for ${part} (${setting})`;
  });
  return `Stack '${stack.stackName}' has ${paths.length} resources, and CloudFormation takes ${MAX_RESOURCES}: ${shares.join(', ')}. Divide the pipeline into several, or leave a part out.`;
}

/** @throws SettingsError in place of what CDK says when it writes the template. */
export function refuseTooManyResources(stack: Stack): void {
  const problem = tooManyResources(stack);
  if (problem !== null) throw new SettingsError(problem);
}
