import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { Again, withRetries } from '../../engine/ports/retry.ts';
import { REAL_BACKOFF, servicePause } from './backoff.ts';
import { AwsCallError } from './errors.ts';

/** CloudFormation's limit of a whole answer is 4,096 bytes. */
const MAX_REASON_CHARACTERS = 2500;
const ATTEMPTS = 3;
const TIMEOUT_MS = 10_000;

/** What all attempts take at most, with the pauses between them. */
export const LONGEST_ANSWER_MS = ATTEMPTS * TIMEOUT_MS + 1000;

/**
 * Answers a request of CloudFormation for a custom resource, by the URL that the request brings.
 *
 * @throws Error where the answer does not get there in three attempts; Lambda then calls the function again.
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  { Status, Reason }: { readonly Status: 'SUCCESS' | 'FAILED'; readonly Reason: string },
  backoff = REAL_BACKOFF,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  // One resource for good: another id would make CloudFormation delete the one before.
  const PhysicalResourceId =
    event.RequestType === 'Create' ? `${LogicalResourceId}-definitions` : event.PhysicalResourceId;
  const reason = Reason.length > MAX_REASON_CHARACTERS ? `${Reason.slice(0, MAX_REASON_CHARACTERS)}…` : Reason;
  const body = JSON.stringify({ Status, Reason: reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
  await withRetries(ATTEMPTS, servicePause(backoff), async () => {
    const failure = await put(ResponseURL, body);
    if (failure === null) return null;
    const message = `The answer for ${LogicalResourceId} did not reach CloudFormation in ${ATTEMPTS} attempts.`;
    return new Again(() => new AwsCallError(message, { cause: failure }));
  });
}

/** Null where the answer was taken. */
async function put(url: string, body: string): Promise<Error | null> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      // The URL is signed for a request without a content type.
      headers: { 'content-type': '' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? null : new AwsCallError(`CloudFormation's address answered ${response.status}.`);
  } catch (error) {
    return error as Error;
  }
}
