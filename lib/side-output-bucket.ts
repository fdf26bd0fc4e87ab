import { Duration, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DISCARDED_PREFIX } from '../contracts/object-keys.ts';
import { bucketDefaults } from './bucket-defaults.ts';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface SideOutputBucketProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/**
 * The bucket of side outputs: dead letters under `dead/`, late events under `late/`, discarded batches under
 * `aws/lambda/`. Not versioned: a key is made of the positions of what is in the object, and a retry writes the same
 * object again.
 */
export class SideOutputBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: SideOutputBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults(settings, encryptionKey),
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(settings.deadLetterDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    explain(
      this.bucket,
      'AwsSolutions-S1',
      'Only this pipeline writes here, each object once and under a key that says what it is. Who wants a log of accesses turns on CloudTrail data events for the account.',
    );
  }

  /**
   * Lets S3 call a function for each discarded batch, and its role read them.
   *
   * The CDK's own way installs another function, whose role may change the notifications of every bucket. Plain
   * CloudFormation resources need neither. But bucket, function and role must not refer to each other in a circle, so
   * the permission names the account instead of the bucket, and the bucket's policy allows reading.
   *
   *     bucket ─► permission ─► function ─► role ◄─ bucket policy ─► bucket
   */
  notifyOfDiscarded(fn: IFunction, role: IRole): void {
    const permission = new CfnPermission(this, 'CallDiscard', {
      action: 'lambda:InvokeFunction',
      functionName: fn.functionArn,
      principal: 's3.amazonaws.com',
      sourceAccount: Stack.of(this).account,
    });
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.addResourceDependency(permission);
    bucket.notificationConfiguration = {
      lambdaConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          function: fn.functionArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: DISCARDED_PREFIX }] } },
        },
      ],
    };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [role],
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects(`${DISCARDED_PREFIX}*`)],
      }),
    );
  }
}
