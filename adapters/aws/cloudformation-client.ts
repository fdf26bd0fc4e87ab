import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type ClientSettings, clientConfig } from './client-settings.ts';

export function createCloudFormationClient(settings: ClientSettings = {}): CloudFormationClient {
  return new CloudFormationClient(clientConfig(settings));
}
