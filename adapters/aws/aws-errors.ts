import { StoreError } from '../../engine/ports/errors.ts';
import { AwsCallError } from './errors.ts';
import { OutOfTimeError } from './time-budget.ts';

/** What DynamoDB calls its ways of asking for less, as an exception or as the reason why a transaction was cancelled. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

export function isThrottle(code: string | undefined): boolean {
  return code !== undefined && THROTTLES.has(code);
}

/** The name of a service's exception, or of whatever else went wrong. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/**
 * The service answered that it did not do what was asked. Everything else (a time-out, a broken connection, a 5xx, an
 * answer that cannot be read) leaves open whether it did.
 */
export function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  const timedOutOnTheWay = status === 408;
  return status !== undefined && status >= 400 && status < 500 && !timedOutOnTheWay;
}

/** The call was never sent, so it did nothing. */
export function isUnsent(error: unknown): boolean {
  return error instanceof OutOfTimeError;
}

/** What a read, or a write that may simply be done again, throws. `doing` starts the sentence: `Reading … from table …`. */
export function failure(doing: string, error: unknown): Error {
  const name = errorName(error);
  if (isThrottle(name)) {
    return new StoreError('throttled', `${doing} was throttled: try again later, or raise the table's capacity.`, {
      cause: error,
    });
  }
  const advice =
    name === 'ResourceNotFoundException'
      ? ' Check that the table exists in this region and account.'
      : name === 'AccessDeniedException'
        ? " Check the permissions of the function's role."
        : '';
  return new AwsCallError(`${doing} failed with ${sentence(error)}${advice}`, { cause: error });
}

/** `Name: message.` */
export function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message.trim() : String(error);
  const text = message === '' ? errorName(error) : `${errorName(error)}: ${message}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
