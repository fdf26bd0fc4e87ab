import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { SILENCES } from '../engine/state/keys.ts';

export interface SilencePolicyProps {
  readonly stateTable: Table;
  readonly encryptionKey: IKey | null;
}

/** What `streamgauge silence --aws` does with the table. The permissions of a transaction are those of its parts. */
const TABLE_ACTIONS = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'];
/** DynamoDB uses a customer's key in the name of whoever uses the table. */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * A policy for people and tools that silence alerts: they read the stack's outputs, and of the state the silences alone.
 *
 * @example pipeline.silencePolicy?.attachToRole(onCall);
 */
export class SilencePolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { stateTable, encryptionKey }: SilencePolicyProps) {
    const stack = Stack.of(scope);
    super(scope, id, {
      description: 'Streamgauge: silence alerts of a pipeline.',
      statements: [
        new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] }),
        new PolicyStatement({
          actions: TABLE_ACTIONS,
          resources: [stateTable.tableArn],
          conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [SILENCES] } },
        }),
        ...(encryptionKey === null
          ? []
          : [new PolicyStatement({ actions: KEY_ACTIONS, resources: [encryptionKey.keyArn] })]),
      ],
    });
  }
}
