import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

/** What all buckets of a pipeline have in common: private, encrypted, over TLS only, and hard to lose. */
export function bucketDefaults(settings: PipelineSettings, encryptionKey: IKey | null) {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    removalPolicy: removalPolicyOf(settings),
    ...(encryptionKey === null
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
  } satisfies BucketProps;
}
