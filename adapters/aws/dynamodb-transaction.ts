import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  type TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { BugError } from '../../engine/ir/bug-error.ts';
import { CommitTooLargeError, StoreError } from '../../engine/ports/errors.ts';
import type { ItemWrite, TransactOutcome } from '../../engine/ports/state-store.ts';
import { errorName, failure, isRefusal, isThrottle, isUnsent, sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';

export interface SentTransaction {
  readonly output?: TransactWriteItemsCommandOutput;
  readonly error?: unknown;
  /**
   * Some attempt ended without an answer that can be trusted. The SDK repeats such an attempt by itself and then reports
   * only the last one, whose refusal says nothing about the first:
   *
   *     attempt 1   ── write ──►  applied  ──✗ reply lost
   *     attempt 2   ── write ──►  throttled ─► "ThrottlingException"      … and yet the write is there
   */
  readonly sawUnclearAttempt: boolean;
}

/** Sends a transaction and watches each attempt, inside of the SDK's own retries. */
export async function sendTransaction(
  client: DynamoDBClient,
  input: TransactWriteItemsCommandInput,
): Promise<SentTransaction> {
  const command = new TransactWriteItemsCommand(input);
  let sawUnclearAttempt = false;
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!isRefusal(error) && !isUnsent(error)) sawUnclearAttempt = true;
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'watchAttempts' },
  );
  try {
    return { output: await client.send(command), sawUnclearAttempt };
  } catch (error) {
    return { error, sawUnclearAttempt };
  }
}

/**
 * Tells the failures of a transaction apart: an outcome where the conditions failed, otherwise an error to throw.
 *
 * A failed condition is believed also after an unclear attempt. All attempts of a call carry one request token, so had
 * the first been applied, the second would have been answered as a success.
 */
export function judgeFailure(sent: SentTransaction, writes: readonly ItemWrite[], table: string): TransactOutcome {
  const { error, sawUnclearAttempt } = sent;
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  const failedKeys = writes.filter((_, i) => reasons[i]?.Code === 'ConditionalCheckFailed').map((write) => write.key);
  if (failedKeys.length > 0) return { kind: 'conditionFailed', keys: failedKeys };

  const doing = `The transaction of ${writes.length} writes on table "${table}"`;
  if (errorName(error) === 'TransactionInProgressException') {
    throw new StoreError('inProgress', `${doing} is still being carried out: read before writing again.`, {
      cause: error,
    });
  }
  if (isUnsent(error) && !sawUnclearAttempt) throw failure(doing, error);
  if (sawUnclearAttempt || !isRefusal(error)) {
    throw new StoreError('unknownOutcome', `${doing} may or may not have been applied: ${sentence(error)}`, {
      cause: error,
    });
  }
  throw refusal(doing, error, reasons);
}

/** Nothing was written. The most lasting of several reasons decides: a retry would not get past it. */
function refusal(doing: string, error: unknown, reasons: readonly CancellationReason[]): Error {
  const name = errorName(error);
  const codes = reasons.map((reason) => reason.Code);
  const invalid = reasons.find((reason) => reason.Code === 'ValidationError');
  const complaint = name === 'ValidationException' ? sentence(error) : (invalid?.Message ?? '');
  if (ABOUT_SIZE.test(complaint)) {
    return new CommitTooLargeError(
      `${doing} is beyond DynamoDB's limits (${complaint}): split it into several commits.`,
      {
        cause: error,
      },
    );
  }
  if (name === 'IdempotentParameterMismatchException') {
    return new BugError(
      `${doing} was refused because its request token was used for other writes within ten minutes: give each call a token of its own.`,
      { cause: error },
    );
  }
  if (invalid === undefined && (isThrottle(name) || codes.some(isThrottle))) {
    return new StoreError('throttled', `${doing} was throttled and wrote nothing.`, { cause: error });
  }
  if (invalid === undefined && (name === 'TransactionConflictException' || codes.includes('TransactionConflict'))) {
    return new StoreError('conflict', `${doing} met another transaction on the same items and wrote nothing.`, {
      cause: error,
    });
  }
  const why = reasons.filter((reason) => reason.Code !== 'None').map((reason) => `${reason.Code}: ${reason.Message}`);
  return new AwsCallError(`${doing} was refused with ${sentence(error)} ${why.join(' ')}`.trimEnd(), { cause: error });
}

/** `Item size has exceeded …`, `… exceeding the 4MB limit`, `… length less than or equal to 100`. */
const ABOUT_SIZE = /size .*exceed|exceed.* (size|limit)|length less than or equal to/i;
