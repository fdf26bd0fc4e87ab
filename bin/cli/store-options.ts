import { stackNameOf } from '../../contracts/stack-names.ts';
import { UsageError } from './command.ts';

/** Where a pipeline's state and rows lie: a store on this machine, or a stack. */
export const STORE_OPTIONS = {
  store: { type: 'string' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
  stage: { type: 'string' },
} as const;

export interface StoreValues {
  readonly store?: string | undefined;
  readonly aws?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly stage?: string | undefined;
}

/** The stack that a command line names; null for a store on this machine. */
export function stackOf({ store, aws, stack, stage }: StoreValues, pipeline: { readonly name: string }): string | null {
  const isOnAws = aws === true || stack !== undefined || stage !== undefined;
  if (isOnAws && store !== undefined) {
    throw new UsageError('--store is an embedded store, and cannot be given together with --aws, --stage or --stack.');
  }
  if (stack !== undefined && stage !== undefined) {
    throw new UsageError('--stage and --stack say the same in two ways: give one of them.');
  }
  return isOnAws ? (stack ?? stackNameOf(pipeline.name, stage)) : null;
}
