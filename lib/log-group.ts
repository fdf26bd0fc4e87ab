import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

/** A log group that forgets after `logDays`, encrypted as all else. */
export function createLogGroup(
  scope: Construct,
  id: string,
  settings: PipelineSettings,
  encryptionKey: IKey | null,
): LogGroup {
  return new LogGroup(scope, id, {
    retention: settings.logDays as RetentionDays,
    removalPolicy: removalPolicyOf(settings),
    ...(encryptionKey !== null && { encryptionKey }),
  });
}
