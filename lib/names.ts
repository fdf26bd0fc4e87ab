import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A physical name for what must have one: stable as long as the construct keeps its place in the app, and unique in an
 * account and region as stacks are.
 *
 * @param part distinguishes names of one construct, and takes the room that it needs of the `maxLength` characters.
 */
export function physicalName(construct: IConstruct, part: string, maxLength: number): string {
  const prefix = Names.uniqueResourceName(construct, { maxLength: maxLength - part.length - 1, separator: '-' });
  return `${prefix}-${part}`;
}
