import { createHash } from 'node:crypto';
import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';
import { alertFailure } from './alert-sink-failure.ts';
import { alertSubject, alertText } from './alert-text.ts';
import { errorName } from './aws-errors.ts';

export interface SnsAlertSinkSettings {
  /** For the region of the topic. It makes the attempts. */
  readonly client: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
}

/** What SNS says of a message that it would refuse each time, such as one that is too long. It says it of wrong topics too. */
const REFUSED: ReadonlySet<string> = new Set(['InvalidParameterException', 'InvalidParameterValueException']);
const isOfMessage = (error: unknown) => REFUSED.has(errorName(error)) && !/topic/i.test((error as Error).message);

/**
 * Publishes each message to a topic: as JSON to queues, functions and addresses, and as text to mail and phones. Attributes let
 * a subscription filter by severity, alert, view, pipeline and kind.
 *
 * A FIFO topic keeps the messages of one incident in order, and drops repeats of five minutes.
 */
export class SnsAlertSink implements AlertSink {
  readonly #client: Pick<SNSClient, 'send'>;
  readonly #topicArn: string;

  constructor({ client, topicArn }: SnsAlertSinkSettings) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async send(message: SentAlert): Promise<'sent' | 'refused'> {
    const { severity, alert, view, pipeline, kind } = message;
    const command = new PublishCommand({
      TopicArn: this.#topicArn,
      Subject: alertSubject(message),
      Message: JSON.stringify(bodies(message)),
      MessageStructure: 'json',
      MessageAttributes: attributes({ severity, alert, view, pipeline, kind }),
      ...(this.#topicArn.endsWith('.fifo') && orderOf(message)),
    });
    try {
      await this.#client.send(command);
      return 'sent';
    } catch (error) {
      if (isOfMessage(error)) return 'refused';
      const advice = "Look at the topic, its policy and its key, and at the permissions of the function's role.";
      throw alertFailure(`The topic ${this.#topicArn}`, message, error, advice);
    }
  }
}

/** By protocol of the subscription. */
function bodies(message: SentAlert) {
  return { default: JSON.stringify(message), email: alertText(message), sms: alertSubject(message) };
}

function attributes(texts: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> {
  const entries = Object.entries(texts).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]);
  return Object.fromEntries(entries);
}

/** Ids may hold what SNS does not take here, or be longer than its 128 characters. */
function orderOf({ id, sequence }: SentAlert) {
  const hash = createHash('sha256').update(id).digest('hex');
  return { MessageGroupId: hash, MessageDeduplicationId: `${hash}-${sequence}` };
}
