import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PAGES_PREFIX } from '../contracts/object-keys.ts';
import { RESULT_TABLE } from '../contracts/tables.ts';
import { explain, explainPages } from './nag.ts';

/** What a reader of a pipeline reads. */
export interface ReadableParts {
  readonly resultsTable: Table;
  readonly stateTable: Table;
  readonly pagesBucket: Bucket;
  readonly sideOutputs: Bucket;
  readonly encryptionKey: IKey | null;
}

/** All that reading takes of a key: DynamoDB and S3 decrypt in the reader's name. */
export const READER_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];

/**
 * Lets a role or user ask about rows, open windows, late events and dead letters, and change nothing: what `streamgauge query`,
 * `tail` and `events` need. Events themselves, in the stream and in the lake, are not in it.
 */
export function grantRead(parts: ReadableParts, grantee: IGrantable): Grant {
  const { encryptionKey, resultsTable } = parts;
  const grants = [
    grantReadData(parts, grantee),
    // The names of all these are outputs of the stack.
    Grant.addToPrincipal({
      grantee,
      actions: ['cloudformation:DescribeStacks'],
      resourceArns: [Stack.of(resultsTable).stackId],
    }),
    ...(encryptionKey === null ? [] : [encryptionKey.grant(grantee, ...READER_KEY_ACTIONS)]),
  ];
  return grants.reduce((all, grant) => all.combine(grant));
}

/** Of that, the data alone: without the names of what holds them, and without the key. */
export function grantReadData(parts: Omit<ReadableParts, 'encryptionKey'>, grantee: IGrantable): Grant {
  const { resultsTable, stateTable, pagesBucket, sideOutputs } = parts;
  const index = `${resultsTable.tableArn}/index/${RESULT_TABLE.index.name}`;
  const allow = (actions: string[], resourceArns: string[]) => Grant.addToPrincipal({ grantee, actions, resourceArns });
  const grants = [
    allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], [resultsTable.tableArn]),
    allow(['dynamodb:Query'], [index]),
    allow(['dynamodb:GetItem', 'dynamodb:Query'], [stateTable.tableArn]),
    allow(['s3:GetObject'], [pagesBucket.arnForObjects(`${PAGES_PREFIX}*`)]),
    // Without the right to list, S3 says “forbidden” of an object that is gone, and not that it is.
    allow(['s3:ListBucket'], [pagesBucket.bucketArn, sideOutputs.bucketArn]),
    allow(['s3:GetObject'], [sideOutputs.arnForObjects('*')]),
  ];
  explainReading(grantee);
  return grants.reduce((all, grant) => all.combine(grant));
}

function explainReading({ grantPrincipal }: IGrantable): void {
  if (!Construct.isConstruct(grantPrincipal)) return;
  explainPages(grantPrincipal);
  explain(
    grantPrincipal,
    'AwsSolutions-IAM5',
    'All that the bucket holds is side outputs of this pipeline, each under a key that is made of positions.',
    /^Resource::<.*SideOutputs.*>\/\*$/,
  );
}
