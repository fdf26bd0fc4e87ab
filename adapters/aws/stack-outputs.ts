import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BUCKET_NAME_OUTPUT,
  PAGES_BUCKET_OUTPUT,
  RESULTS_TABLE_OUTPUT,
  STATE_TABLE_OUTPUT,
  streamNameOutput,
} from '../../contracts/stack-names.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { sentence } from './aws-errors.ts';

/** The stack of a pipeline cannot be found, or lacks an output that it should have. */
export class StackOutputsError extends StreamgaugeError {
  override readonly name = 'StackOutputsError';
  readonly code = 'stackOutputs';
}

export interface SideOutputNames {
  readonly bucket: string;
  /** By the pipeline's names of its streams. */
  readonly kinesisNames: ReadonlyMap<string, string>;
}

/** Reads the names of the bucket and the streams from a stack's outputs. */
export async function readSideOutputNames(
  client: CloudFormationClient,
  stack: string,
  streams: readonly string[],
): Promise<SideOutputNames> {
  const output = await readOutputs(client, stack, 'Deploy it again, or give --bucket and --stream-name.');
  return {
    bucket: output(BUCKET_NAME_OUTPUT),
    kinesisNames: new Map(streams.map((stream) => [stream, output(streamNameOutput(stream))])),
  };
}

/** Where a pipeline's rows and state lie. */
export interface ResultNames {
  readonly resultsTable: string;
  readonly stateTable: string;
  readonly pagesBucket: string;
}

/** Reads the names of the tables and of the bucket of pages from a stack's outputs. */
export async function readResultNames(
  client: CloudFormationClient,
  stack: string,
  streams: readonly string[],
): Promise<ResultNames> {
  const output = await readOwnOutputs(client, stack, streams);
  return {
    resultsTable: output(RESULTS_TABLE_OUTPUT),
    stateTable: output(STATE_TABLE_OUTPUT),
    pagesBucket: output(PAGES_BUCKET_OUTPUT),
  };
}

/** Reads the name of the table of the state from a stack's outputs. */
export async function readStateTable(
  client: CloudFormationClient,
  stack: string,
  streams: readonly string[],
): Promise<string> {
  const output = await readOwnOutputs(client, stack, streams);
  return output(STATE_TABLE_OUTPUT);
}

/** The outputs of a stack that is this pipeline's, as those of its streams tell. */
async function readOwnOutputs(
  client: CloudFormationClient,
  stack: string,
  streams: readonly string[],
): Promise<(name: string) => string> {
  const output = await readOutputs(client, stack, 'Deploy it again, or name another one with --stack.');
  for (const stream of streams) output(streamNameOutput(stream));
  return output;
}

/** A stack's outputs by name; `advice` says what to do where one is missing. */
async function readOutputs(
  client: CloudFormationClient,
  stack: string,
  advice: string,
): Promise<(name: string) => string> {
  const described = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((error) => {
    throw new StackOutputsError(
      `Reading the outputs of the stack '${stack}' failed with ${sentence(error)} Is it deployed, in this region and account? Its name can be given with --stack.`,
      { cause: error },
    );
  });
  const outputs = new Map((described.Stacks?.[0]?.Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue]));
  return (name) => {
    const value = outputs.get(name);
    if (value !== undefined) return value;
    throw new StackOutputsError(
      `The stack '${stack}' has no output '${name}': it is of another pipeline, or of an older version. ${advice}`,
    );
  };
}
