import { BillingMode, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

/** What all tables of a pipeline have in common: on-demand billing, encrypted, restorable, and hard to lose. */
export function tableDefaults(settings: PipelineSettings, encryptionKey: IKey | null) {
  return {
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // Off unless asked for: CloudFormation could not take a protected table back after a first deployment that fails.
    deletionProtection: settings.protect,
    removalPolicy: removalPolicyOf(settings),
    ...(encryptionKey === null
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  } satisfies Partial<TableProps>;
}
