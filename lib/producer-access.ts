import { Stack, Token } from 'aws-cdk-lib';
import { ArnPrincipal, Grant, type IGrantable, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { SettingsError } from './settings.ts';

/** What a producer does with a stream: put records, and learn its shards, by which records are packed. */
const PRODUCE_ACTIONS = [
  'kinesis:DescribeStreamSummary',
  'kinesis:ListShards',
  'kinesis:PutRecord',
  'kinesis:PutRecords',
];

/** Of a key, a producer needs this alone: Kinesis encrypts in its name. */
export const PRODUCER_KEY_ACTION = 'kms:GenerateDataKey';

/** Lets a role or user of this app put to one stream and no other. */
export function grantProduce(stream: Stream, encryptionKey: Key | null, grantee: IGrantable): Grant {
  const grant = Grant.addToPrincipalOrResource({
    grantee,
    actions: PRODUCE_ACTIONS,
    resourceArns: [stream.streamArn],
    resource: stream,
  });
  return encryptionKey === null ? grant : grant.combine(encryptionKey.grant(grantee, PRODUCER_KEY_ACTION));
}

export interface ProducerPolicyProps {
  /** The pipeline's name for the stream. */
  readonly name: string;
  readonly stream: Stream;
  readonly encryptionKey: Key | null;
  /** Of the stream's route, where there is an ingest endpoint. */
  readonly routeArn: string | null;
}

/** A policy that people attach to the roles of their producers: put to this stream, directly and by HTTP, and no more. */
export class ProducerPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, stream, encryptionKey, routeArn }: ProducerPolicyProps) {
    super(scope, id, {
      description: `Streamgauge: put events to the stream '${name}'.`,
      statements: [
        new PolicyStatement({ actions: PRODUCE_ACTIONS, resources: [stream.streamArn] }),
        ...(encryptionKey === null
          ? []
          : [new PolicyStatement({ actions: [PRODUCER_KEY_ACTION], resources: [encryptionKey.keyArn] })]),
        ...(routeArn === null ? [] : [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [routeArn] })]),
      ],
    });
  }
}

/**
 * Lets principals put to one stream by the stream's own policy, so also those of other accounts. It adds to what policies
 * of this account allow, and takes nothing from them. The key must let them encrypt as well, through Kinesis alone.
 */
export function letProducersPut(stream: Stream, encryptionKey: Key | null, principalArns: readonly string[]): void {
  if (principalArns.length === 0) return;
  if (encryptionKey === null) refuseOtherAccounts(Stack.of(stream).account, principalArns);
  const principals = principalArns.map((arn) => new ArnPrincipal(arn));
  stream.addToResourcePolicy(
    new PolicyStatement({ sid: 'Producers', principals, actions: PRODUCE_ACTIONS, resources: [stream.streamArn] }),
  );
  encryptionKey?.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: [PRODUCER_KEY_ACTION],
      // Of a key's policy, the resource is the key.
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `kinesis.${Stack.of(stream).region}.amazonaws.com` } },
    }),
  );
}

/** Where the stack's account is known. Otherwise AWS refuses the first record. */
function refuseOtherAccounts(account: string, principalArns: readonly string[]): void {
  if (Token.isUnresolved(account)) return;
  const other = principalArns.find((arn) => arn.split(':')[4] !== account);
  if (other === undefined) return;
  throw new SettingsError(
    `The setting 'producers' names ${other} of another account than ${account}: its records cannot be encrypted with a key that AWS manages. Set 'key' to 'customer'.`,
  );
}
