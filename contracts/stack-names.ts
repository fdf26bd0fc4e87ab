/** The names by which a deployed pipeline is found again. Apart from the stack, for the command line has no use for the CDK. */

/**
 * CloudFormation takes letters, digits and hyphens; a pipeline's name has underscores. The stage comes first: behind the
 * name it could be a part of it, and `shop` in stage `eu` would be the stack of pipeline `shop_eu`.
 */
export function stackNameOf(pipeline: string, stage: string | null = null): string {
  const name = `Streamgauge-${pipeline.replaceAll('_', '-')}`;
  return stage === null ? name : `${stage}-${name}`;
}

/** The stack's output with the name of the bucket of dead letters, late events and discarded batches. */
export const BUCKET_NAME_OUTPUT = 'BucketName';

/** The stack's outputs with the names of what rows are read from. */
export const RESULTS_TABLE_OUTPUT = 'ResultsTableName';
export const STATE_TABLE_OUTPUT = 'StateTableName';
export const PAGES_BUCKET_OUTPUT = 'PagesBucketName';

/** The stack's output with the managed policy of people who silence alerts. */
export const SILENCE_POLICY_OUTPUT = 'SilencePolicyArn';

/** The stack's output with the name of a stream's Kinesis stream: `PageClicksStreamName` for `page_clicks`. */
export function streamNameOutput(stream: string): string {
  return `${pascalCase(stream)}StreamName`;
}

/** The stack's output with the managed policy of a stream's producers. */
export function producerPolicyOutput(stream: string): string {
  return `${pascalCase(stream)}ProducerPolicyArn`;
}

/** An output's name has only letters and digits. */
function pascalCase(name: string): string {
  const words = name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join('');
}
