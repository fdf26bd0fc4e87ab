import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { AwsCallError } from './errors.ts';

/** CloudFormation's limit of a whole answer is 4,096 bytes. */
const MAX_REASON_CHARACTERS = 2500;
const ATTEMPTS = 3;
const TIMEOUT_MS = 10_000;

/**
 * Answers a request of CloudFormation for a custom resource, by the URL that the request brings.
 *
 * @throws Error where the answer does not get there in three attempts; Lambda then calls the function again.
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  { Status, Reason }: { readonly Status: 'SUCCESS' | 'FAILED'; readonly Reason: string },
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  // One resource for good: another id would make CloudFormation delete the one before.
  const PhysicalResourceId =
    event.RequestType === 'Create' ? `${LogicalResourceId}-definitions` : event.PhysicalResourceId;
  const reason = Reason.length > MAX_REASON_CHARACTERS ? `${Reason.slice(0, MAX_REASON_CHARACTERS)}…` : Reason;
  const body = JSON.stringify({ Status, Reason: reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      // The URL is signed for a request without a content type.
      const response = await fetch(ResponseURL, {
        method: 'PUT',
        headers: { 'content-type': '' },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) return;
      failure = new AwsCallError(`CloudFormation's address answered ${response.status}.`);
    } catch (error) {
      failure = error;
    }
  }
  throw new AwsCallError(`The answer for ${LogicalResourceId} did not reach CloudFormation in ${ATTEMPTS} attempts.`, {
    cause: failure,
  });
}
