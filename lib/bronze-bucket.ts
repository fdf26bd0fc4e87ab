import { Duration } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket, type LifecycleRule, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketDefaults } from './bucket-defaults.ts';
import { type ExistingBucket, existingBucket } from './existing-resources.ts';
import { explain } from './nag.ts';
import { uniqueName } from './names.ts';
import type { PipelineSettings } from './settings.ts';

export interface BronzeBucketProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/** Where Athena puts the results of queries. */
export const QUERY_RESULT_PREFIX = 'athena-results/';

/** S3 moves nothing to infrequent access sooner, and bills each object there for at least 30 days. */
const INFREQUENT_AFTER_DAYS = 30;

/** How long an object that was deleted or overwritten by mistake can be restored. */
const NONCURRENT_DAYS = 30;

/**
 * The bucket of bronze, which keeps every event as it came: lines under `bronze/`, what could not become lines under
 * `bronze-errors/`, results of queries under `athena-results/`. Versioned, because nothing else keeps the events for
 * good.
 *
 * In a bucket that is there already, all of it lies under a prefix of this deployment, so that several can share the
 * bucket. Its lifecycle, versions and policy are its owner's.
 */
export class BronzeBucket extends Construct {
  readonly bucket: Bucket | IBucket;
  /** Of all keys: empty, or the name of this deployment and a slash. */
  readonly prefix: string;
  /** Of the objects; null where the bucket's own default encrypts them. */
  readonly encryptionKey: IKey | null;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: BronzeBucketProps) {
    super(scope, id);
    if (settings.bronzeBucket === null) {
      this.bucket = this.#create(settings, encryptionKey);
      this.prefix = '';
      this.encryptionKey = encryptionKey;
    } else {
      this.bucket = this.#find(settings.bronzeBucket);
      this.prefix = `${uniqueName(scope, 80)}/`;
      this.encryptionKey = this.bucket.encryptionKey ?? encryptionKey;
    }
  }

  #find(existing: ExistingBucket): IBucket {
    const { name, key } = existingBucket(existing);
    return Bucket.fromBucketAttributes(this, 'Bucket', {
      bucketName: name,
      ...(key !== null && { encryptionKey: Key.fromKeyArn(this, 'Key', key) }),
    });
  }

  #create(settings: PipelineSettings, encryptionKey: IKey | null): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults(settings, encryptionKey),
      // CloudFormation cannot delete a bucket that holds old versions.
      versioned: !settings.dev,
      lifecycleRules: lifecycleRules(settings),
    });
    explain(
      bucket,
      'AwsSolutions-S1',
      'Firehose writes here, and Athena reads in the name of whoever queries, which it logs itself. Who wants a log of accesses turns on CloudTrail data events for the account.',
    );
    return bucket;
  }
}

function lifecycleRules({ bronzeDays, deadLetterDays }: PipelineSettings): LifecycleRule[] {
  const staysInfrequent = bronzeDays === null || bronzeDays >= 2 * INFREQUENT_AFTER_DAYS;
  return [
    {
      id: 'bronze',
      prefix: 'bronze/',
      ...(staysInfrequent && {
        transitions: [
          { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(INFREQUENT_AFTER_DAYS) },
        ],
      }),
      ...(bronzeDays !== null && { expiration: Duration.days(bronzeDays) }),
      noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
    },
    {
      id: 'errors',
      prefix: 'bronze-errors/',
      expiration: Duration.days(deadLetterDays),
      noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
    },
    {
      id: 'query-results',
      prefix: QUERY_RESULT_PREFIX,
      expiration: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(1),
    },
    { id: 'leftovers', abortIncompleteMultipartUploadAfter: Duration.days(1), expiredObjectDeleteMarker: true },
  ];
}
