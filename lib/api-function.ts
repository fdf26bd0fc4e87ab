import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { REDRIVEN_PREFIX } from '../contracts/object-keys.ts';
import { ACKNOWLEDGEMENTS } from '../engine/state/keys.ts';
import { explain } from './nag.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import { PRODUCER_KEY_ACTION } from './producer-access.ts';
import { grantReadData, READER_KEY_ACTIONS } from './read-access.ts';

export interface ApiFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table;
  readonly resultsTable: Table;
  readonly pagesBucket: Bucket;
  readonly bucket: Bucket;
}

/** A question takes 10 seconds at most, and then its answer says so. Within the 30 that an HTTP API waits. */
export const API_TIMEOUT = Duration.seconds(15);

/** What tables and buckets do with a customer's key in the name of who writes. */
const WRITER_KEY_ACTIONS = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** Answers questions about rows, open windows, alerts, late events and dead letters. It reads, unless `apiAllows` says more. */
export class ApiFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    const { settings, stateTable } = props;
    const reads = settings.apiAllows === 'read';
    super(scope, id, {
      ...props,
      lambda: 'api',
      needs: [
        'streams',
        'stateTable',
        'resultsTable',
        'bucket',
        'pagesBucket',
        'apiAllows',
        'apiOpenWindows',
        'pageBuild',
      ],
      description: 'Streamgauge: answers questions about the pipeline.',
      memory: 1024,
      timeout: API_TIMEOUT,
      reservedConcurrency: settings.apiConcurrency,
      keyActions: reads ? READER_KEY_ACTIONS : [...READER_KEY_ACTIONS, ...WRITER_KEY_ACTIONS],
    });
    grantReadData({ ...props, sideOutputs: props.bucket }, this.role);
    this.allow(['dynamodb:DescribeTable'], [stateTable.tableArn]);
    if (!reads) this.#letAcknowledge(stateTable);
    if (settings.apiAllows === 'redrive') this.#letRedrive(props);
  }

  /** Of the state it writes acknowledgements alone. */
  #letAcknowledge(stateTable: Table): void {
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'],
        resources: [stateTable.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [ACKNOWLEDGEMENTS] } },
      }),
    );
  }

  /** It puts records back, and notes beside the dead letters that it did. */
  #letRedrive({ streams, bucket }: ApiFunctionProps): void {
    this.allow(
      ['kinesis:PutRecord'],
      [...streams.values()].map((stream) => stream.streamArn),
    );
    this.allowStreamKeys([PRODUCER_KEY_ACTION], streams.values());
    this.allow(['s3:PutObject'], [bucket.arnForObjects(`${REDRIVEN_PREFIX}*`)]);
    explain(
      this.role,
      'AwsSolutions-IAM5',
      'A note has a key of its own, under one prefix.',
      /^Resource::<.*SideOutputs.*>\/redriven\/\*$/,
    );
  }
}
