import { Stack, Token } from 'aws-cdk-lib';
import { ArnPrincipal, Grant, type IGrantable, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { SettingsError } from './settings-error.ts';

/** A producer puts records, and lists the shards, by which it packs records. */
const PRODUCE_ACTIONS = [
  'kinesis:DescribeStreamSummary',
  'kinesis:ListShards',
  'kinesis:PutRecord',
  'kinesis:PutRecords',
];

/** All that a producer needs of a key: Kinesis encrypts in its name. */
export const PRODUCER_KEY_ACTION = 'kms:GenerateDataKey';

/** Lets a role or user of this app put to one stream and no other. */
export function grantProduce(stream: IStream, grantee: IGrantable): Grant {
  const { encryptionKey } = stream;
  const grant = Grant.addToPrincipalOrResource({
    grantee,
    actions: PRODUCE_ACTIONS,
    resourceArns: [stream.streamArn],
    resource: stream,
  });
  return encryptionKey === undefined ? grant : grant.combine(encryptionKey.grant(grantee, PRODUCER_KEY_ACTION));
}

export interface ProducerPolicyProps {
  /** The pipeline's name for the stream. */
  readonly name: string;
  readonly stream: IStream;
  /** Of the stream's route; null without an ingest endpoint. */
  readonly routeArn: string | null;
}

/** A policy for the roles of producers: put to this stream, directly and by HTTP, and nothing else. */
export class ProducerPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, stream, routeArn }: ProducerPolicyProps) {
    const { encryptionKey } = stream;
    super(scope, id, {
      description: `Streamgauge: put events to the stream '${name}'.`,
      statements: [
        new PolicyStatement({ actions: PRODUCE_ACTIONS, resources: [stream.streamArn] }),
        ...(encryptionKey === undefined
          ? []
          : [new PolicyStatement({ actions: [PRODUCER_KEY_ACTION], resources: [encryptionKey.keyArn] })]),
        ...(routeArn === null ? [] : [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [routeArn] })]),
      ],
    });
  }
}

/**
 * Lets principals put to one stream through the stream's own policy, so other accounts can too. It adds to what
 * policies of this account allow and takes nothing away. The key must let the principals encrypt too, only through
 * Kinesis.
 */
export function letProducersPut(stream: IStream, principalArns: readonly string[]): void {
  if (principalArns.length === 0) return;
  const { encryptionKey } = stream;
  if (encryptionKey === undefined) refuseOtherAccounts(Stack.of(stream).account, principalArns);
  const principals = principalArns.map((arn) => new ArnPrincipal(arn));
  stream.addToResourcePolicy(
    new PolicyStatement({ sid: 'Producers', principals, actions: PRODUCE_ACTIONS, resources: [stream.streamArn] }),
  );
  encryptionKey?.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: [PRODUCER_KEY_ACTION],
      // In a key's policy, the resource is the key itself.
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `kinesis.${Stack.of(stream).region}.amazonaws.com` } },
    }),
  );
}

/** Checks only if the stack knows its account. Otherwise AWS refuses the first record. */
function refuseOtherAccounts(account: string, principalArns: readonly string[]): void {
  if (Token.isUnresolved(account)) return;
  const other = principalArns.find((arn) => arn.split(':')[4] !== account);
  if (other === undefined) return;
  throw new SettingsError(
    `The setting 'producers' names ${other} of another account than ${account}: its records cannot be encrypted with a key that AWS manages. Set 'key' to 'customer'.`,
  );
}
