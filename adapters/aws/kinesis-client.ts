import { KinesisClient } from '@aws-sdk/client-kinesis';
import { type ClientSettings, commonSettings, limitPauses } from './client-settings.ts';

/** The SDK's default for Kinesis is HTTP/2 and one long session; this one is HTTP/1.1, which emulators speak too. */
export function createKinesisClient(settings: ClientSettings = {}): KinesisClient {
  return limitPauses(new KinesisClient(commonSettings(settings)), settings);
}
