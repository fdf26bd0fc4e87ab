import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A physical name for what must have one: stable as long as the construct keeps its place in the app, and unique in an
 * account and region as stacks are.
 *
 * @param part distinguishes names of one construct, and takes the room that it needs of the `maxLength` characters.
 */
export function physicalName(construct: IConstruct, part: string, maxLength: number): string {
  return `${uniqueName(construct, maxLength - part.length - 1)}-${part}`;
}

/** How the physical names of a construct begin. */
export function uniqueName(construct: IConstruct, maxLength: number): string {
  return Names.uniqueResourceName(construct, { maxLength, separator: '-' });
}
