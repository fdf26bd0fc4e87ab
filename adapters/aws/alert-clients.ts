import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type ClientSettings, commonSettings, limitPauses } from './client-settings.ts';

// In a file of their own: only functions that publish alerts need them.

/** A topic is called in its own region. */
export function createSnsClient(region: string, settings: ClientSettings = {}): SNSClient {
  return limitPauses(new SNSClient({ ...commonSettings(settings), region }), settings);
}

export function createEventBridgeClient(settings: ClientSettings = {}): EventBridgeClient {
  return limitPauses(new EventBridgeClient(commonSettings(settings)), settings);
}

export function createSsmClient(settings: ClientSettings = {}): SSMClient {
  return limitPauses(new SSMClient(commonSettings(settings)), settings);
}
