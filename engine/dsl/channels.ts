import type { ChannelDefinition } from '../ir/alert.ts';
import { DefinitionError } from '../ir/errors.ts';
import { checkSettings } from './settings.ts';

declare const CHANNEL: unique symbol;

/** Where an alert's messages go: made by `terminal()`, `file(…)`, `webhook(…)`, `sns(…)` or `eventBridge(…)`. */
export interface Channel {
  readonly [CHANNEL]?: never;
  readonly kind: ChannelDefinition['kind'];
}

/** What such functions made: a definition that was put together by hand has not been checked. */
const made = new WeakSet<object>();

/** Lines in the terminal of the process that runs the pipeline. On AWS nothing: there is no terminal. */
export function terminal(): Channel {
  return channel({ kind: 'terminal' });
}

/** JSON Lines, one message a line, added to the end of a file of the process that runs the pipeline. */
export function file(path: string): Channel {
  if (typeof path === 'string' && path.trim() !== '' && !path.includes('\0')) return channel({ kind: 'file', path });
  throw new DefinitionError(
    `file(${JSON.stringify(path) ?? path}) needs the path of a file to add lines to, such as file('alerts.jsonl').`,
  );
}

export interface WebhookOptions {
  /** `https:`; `http:` for this machine alone, as in `http://127.0.0.1:8080/alerts`. */
  readonly url: string;
  /** The name of the environment variable that holds the key of the signature, as in `ALERTS_SECRET`. */
  readonly secret?: string;
}

/** An HTTP POST a message, signed where `secret` names a variable. */
export function webhook(options: WebhookOptions): Channel {
  checkSettings(options, ['url', 'secret'], 'webhook(…)');
  const { url, secret } = options;
  checkUrl(url);
  if (secret !== undefined) checkVariable(secret);
  return channel({ kind: 'webhook', url, secretVariable: secret ?? null });
}

/** A message on an Amazon SNS topic: the one of the deployment, unless another is named. */
export function sns(topicArn?: string): Channel {
  if (topicArn === undefined) return channel({ kind: 'sns', topicArn: null });
  if (/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/.test(topicArn)) {
    return channel({ kind: 'sns', topicArn });
  }
  throw new DefinitionError(
    `sns('${topicArn}') needs the ARN of a topic, such as sns('arn:aws:sns:eu-central-1:123456789012:alerts'), or none for the topic of the deployment.`,
  );
}

/** An event on an Amazon EventBridge bus: `default`, unless another is named. */
export function eventBridge(busName = 'default'): Channel {
  if (/^[\w./-]{1,256}$/.test(busName)) return channel({ kind: 'eventBridge', busName });
  throw new DefinitionError(`eventBridge('${busName}') needs the name of an event bus, such as eventBridge('ops').`);
}

/** The definition of a channel. `where` names alert and setting for the error. */
export function channelOf(value: unknown, where: string): ChannelDefinition {
  if (typeof value === 'object' && value !== null && made.has(value)) return value as ChannelDefinition;
  throw new DefinitionError(
    `${where} holds something that is not a channel. Use terminal(), file('alerts.jsonl'), webhook({ url }), sns() or eventBridge().`,
  );
}

function channel(definition: ChannelDefinition): Channel {
  made.add(definition);
  return definition;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol)) {
    throw new DefinitionError(
      `webhook({ url }) is '${url}', and must be an address such as 'https://example.com/alerts'.`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new DefinitionError(
      `webhook({ url }) holds a user or a password, which would be seen by all who read the definition. Sign messages with secret: 'ALERTS_SECRET', the name of an environment variable.`,
    );
  }
  if (parsed.protocol === 'http:' && !LOOPBACK.has(parsed.hostname)) {
    throw new DefinitionError(
      `webhook({ url }) is '${url}', and would send alerts over the network as plain text. Use https.`,
    );
  }
}

function checkVariable(name: string): void {
  if (/^[A-Z][A-Z0-9_]{0,63}$/.test(name)) return;
  throw new DefinitionError(
    `webhook({ secret }) must be the name of an environment variable, in capitals, such as 'ALERTS_SECRET': a secret itself does not belong into a definition.`,
  );
}
