import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { RECOVERY_DAYS } from '../contracts/tables.ts';
import { bucketDefaults } from './bucket-defaults.ts';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface PagesBucketProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/**
 * The bucket of large pages of state, under `pages/`. The state table names them, so no page ends by its age. A table that
 * is restored to an earlier moment names pages that were deleted since: old versions of those bring them back, and are
 * kept for as long as the table can be restored.
 */
export class PagesBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: PagesBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults(settings, encryptionKey),
      // A bucket with old versions does not go with its stack.
      versioned: !settings.dev,
      lifecycleRules: [
        {
          id: 'deleted-pages',
          // S3 counts from the midnight after, and may be a while: a day more than the table needs.
          noncurrentVersionExpiration: Duration.days(RECOVERY_DAYS + 1),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    explain(
      this.bucket,
      'AwsSolutions-S1',
      'Only the finalize function reads and writes here, each page under a key of its own. Who wants a log of accesses turns on CloudTrail data events for the account.',
    );
  }
}
