import { isKeyArn, isRecord, matches } from './setting-checks.ts';
import { wrongSetting as wrong } from './settings-error.ts';

/** A Kinesis stream that is there already: its ARN, and that of its key if AWS does not manage it. */
export type ExistingStream = string | { readonly arn: string; readonly key: string };

/** A bucket that is there already: its name, and the ARN of its key if AWS does not manage it. */
export type ExistingBucket = string | { readonly name: string; readonly key: string };

/** A topic that is there already: its ARN, and that of its key if AWS does not manage it. */
export type ExistingTopic = string | { readonly arn: string; readonly key: string };

/** Where functions reach the network from. */
export interface ExistingNetwork {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** The settings that name what the stack uses and does not make. */
export interface ExistingResources {
  /** JSON: by stream, the ARN of a Kinesis stream that exists already; or `{"arn","key"}` for one with a key of its own. */
  readonly streams: Readonly<Record<string, ExistingStream>>;
  /** The name of a bucket that exists already, for bronze; or `{"name","key"}`. Not set: the stack makes one. */
  readonly bronzeBucket: ExistingBucket | null;
  /** The ARN of an SNS topic that exists already. Not set: the stack makes one. */
  readonly alarmTopic: string | null;
  /** The SNS topic of alerts to `sns()`, if it exists already: its ARN, or `{"arn","key"}`. Not set: the stack makes one. */
  readonly alertTopic: ExistingTopic | null;
  /** JSON of the subnets and security groups that the functions are put into: [Network](docs/settings.md#network). Not set: no VPC. */
  readonly vpc: ExistingNetwork | null;
}

const STREAM_ARN = /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;
/** Alerts can go to FIFO topics, other than alarms. */
const ALERT_TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const SUBNET = /^subnet-[0-9a-f]{8,17}$/;
const SECURITY_GROUP = /^sg-[0-9a-f]{8,17}$/;

/** Lambda's own limits. */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/**
 * @throws SettingsError if what is named cannot be what it should be. Whether it exists, only a deployment tells.
 */
export function checkExisting({ streams, bronzeBucket, alarmTopic, alertTopic, vpc }: ExistingResources): void {
  if (!isRecord(streams) || !Object.values(streams).every(isStream)) {
    throw wrong(
      'streams',
      streams,
      'JSON of the ARNs of Kinesis streams by stream, such as {"clicks":"arn:aws:kinesis:eu-west-1:123456789012:stream/web"}, or of objects with "arn" and "key" for streams with a key of their own',
    );
  }
  if (bronzeBucket !== null && !isBucket(bronzeBucket)) {
    throw wrong(
      'bronzeBucket',
      bronzeBucket,
      'the name of a bucket, or JSON such as {"name":"lake","key":"arn:aws:kms:…"} for one with a key of its own',
    );
  }
  if (alarmTopic !== null && !matches(TOPIC_ARN, alarmTopic)) {
    throw wrong('alarmTopic', alarmTopic, 'the ARN of an SNS topic that is not a FIFO topic');
  }
  if (alertTopic !== null && !isAlertTopic(alertTopic)) {
    throw wrong(
      'alertTopic',
      alertTopic,
      'the ARN of an SNS topic, or JSON such as {"arn":"arn:aws:sns:…","key":"arn:aws:kms:…"} for one with a key of its own',
    );
  }
  if (vpc !== null && !isNetwork(vpc)) {
    throw wrong(
      'vpc',
      vpc,
      `JSON of 1 to ${MAX_SUBNETS} subnets and 1 to ${MAX_SECURITY_GROUPS} security groups, such as {"subnets":["subnet-0a1b2c3d"],"securityGroups":["sg-0a1b2c3d"]}`,
    );
  }
}

/** The ARN of an existing stream, and that of its key; null where AWS manages the key, or there is none. */
export function existingStream(stream: ExistingStream): { readonly arn: string; readonly key: string | null } {
  return typeof stream === 'string' ? { arn: stream, key: null } : stream;
}

/** The name of an existing bucket, and the ARN of its key; null where AWS manages the key. */
export function existingBucket(bucket: ExistingBucket): { readonly name: string; readonly key: string | null } {
  return typeof bucket === 'string' ? { name: bucket, key: null } : bucket;
}

/** The ARN of an existing topic, and that of its key; null where AWS manages the key, or there is none. */
export function existingTopic(topic: ExistingTopic): { readonly arn: string; readonly key: string | null } {
  return typeof topic === 'string' ? { arn: topic, key: null } : topic;
}

function isAlertTopic(value: unknown): boolean {
  if (matches(ALERT_TOPIC_ARN, value)) return true;
  return hasOnly(value, ['arn', 'key']) && matches(ALERT_TOPIC_ARN, value.arn) && isKeyArn(value.key);
}

function isStream(value: unknown): boolean {
  if (matches(STREAM_ARN, value)) return true;
  return hasOnly(value, ['arn', 'key']) && matches(STREAM_ARN, value.arn) && isKeyArn(value.key);
}

function isBucket(value: unknown): boolean {
  if (matches(BUCKET_NAME, value)) return true;
  return hasOnly(value, ['name', 'key']) && matches(BUCKET_NAME, value.name) && isKeyArn(value.key);
}

function isNetwork(value: unknown): boolean {
  if (!hasOnly(value, ['subnets', 'securityGroups'])) return false;
  const { subnets, securityGroups } = value;
  return isList(subnets, SUBNET, MAX_SUBNETS) && isList(securityGroups, SECURITY_GROUP, MAX_SECURITY_GROUPS);
}

function isList(value: unknown, pattern: RegExp, most: number): boolean {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) return false;
  return value.every((each) => matches(pattern, each)) && new Set(value).size === value.length;
}

function hasOnly<K extends string>(value: unknown, keys: readonly K[]): value is Record<K, unknown> {
  return isRecord(value) && Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}
