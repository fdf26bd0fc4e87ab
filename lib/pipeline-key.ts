import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

/**
 * The key of all that holds data: null where AWS manages the keys.
 *
 * A key that is there already keeps its policy, which its owner writes: docs/settings.md says what it must allow.
 */
export function pipelineKey(scope: Construct, pipelineName: string, settings: PipelineSettings): IKey | null {
  if (settings.key === 'aws') return null;
  if (settings.key !== 'customer') return Key.fromKeyArn(scope, 'Key', settings.key);
  const key = new Key(scope, 'Key', {
    description: `Streamgauge: the data of pipeline ${pipelineName}.`,
    enableKeyRotation: true,
    removalPolicy: removalPolicyOf(settings),
  });
  letLogsIn(key);
  return key;
}

/** CloudWatch Logs encrypts in its own name. It may use the key for the log groups of this stack and no others. */
function letLogsIn(key: Key): void {
  const { account, partition, region, stackName } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.${Aws.URL_SUFFIX}`)],
      actions: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      // In a key's policy, the resource is the key itself.
      resources: ['*'],
      conditions: {
        ArnLike: {
          // CloudFormation begins the names of log groups with that of their stack.
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
        },
      },
    }),
  );
}
