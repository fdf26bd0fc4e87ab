import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { PAGES_PREFIX } from '../contracts/object-keys.ts';
import { explainPages } from './nag.ts';
import type { PipelineFunction } from './pipeline-function.ts';

const ALL = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];

/**
 * Large pages and items of the state, and lists of them: for what writers that died left behind, and because S3 says that there is
 * no object only to who may list.
 */
export function allowPages(fn: PipelineFunction, bucket: Bucket, actions: string[] = ALL): void {
  fn.allow(actions, [bucket.arnForObjects(`${PAGES_PREFIX}*`)]);
  fn.role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${PAGES_PREFIX}*` } },
    }),
  );
  explainPages(fn.role);
}
