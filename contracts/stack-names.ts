/** The names by which a deployed pipeline is found again. Apart from the stack, for the command line has no use for the CDK. */

/** CloudFormation takes letters, digits and hyphens; a pipeline's name has underscores. */
export function stackNameOf(pipeline: string): string {
  return `Streamgauge-${pipeline.replaceAll('_', '-')}`;
}

/** The stack's output with the name of the bucket of dead letters, late events and discarded batches. */
export const BUCKET_NAME_OUTPUT = 'BucketName';

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
