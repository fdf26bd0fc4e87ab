import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type ClientSettings, commonSettings } from './client-settings.ts';

export function createCloudFormationClient(settings: ClientSettings = {}): CloudFormationClient {
  return new CloudFormationClient(commonSettings(settings));
}
