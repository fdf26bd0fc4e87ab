import { RemovalPolicy } from 'aws-cdk-lib';
import { BillingMode, TableEncryption, type TableOptions } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { PipelineSettings } from './settings.ts';

/** What all tables of a pipeline have in common: on-demand billing, encrypted, restorable, and hard to lose. */
export function tableDefaults(settings: PipelineSettings, encryptionKey: Key | null) {
  return {
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: !settings.dev,
    removalPolicy: settings.dev ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    ...(encryptionKey === null
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  } satisfies Partial<TableOptions> & { removalPolicy: RemovalPolicy };
}
