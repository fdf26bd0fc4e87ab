import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A physical name for a resource that needs one. It stays the same as long as the construct keeps its place in the app,
 * and is as unique in an account and region as stacks are.
 *
 * @param part tells names of one construct apart, and counts towards the `maxLength` characters.
 */
export function physicalName(construct: IConstruct, part: string, maxLength: number): string {
  return `${uniqueName(construct, maxLength - part.length - 1)}-${part}`;
}

/** The prefix of a construct's physical names. */
export function uniqueName(construct: IConstruct, maxLength: number): string {
  return Names.uniqueResourceName(construct, { maxLength, separator: '-' });
}
