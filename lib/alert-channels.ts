import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ChannelDefinition } from '../engine/ir/alert.ts';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { dashboardUrl } from './console-url.ts';
import { existingTopic } from './existing-resources.ts';
import type { PipelineFunction, Variables } from './pipeline-function.ts';
import type { PipelineSettings } from './settings.ts';

export interface AlertChannelsProps {
  readonly pipeline: PipelineDefinition;
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
  /** Null without a dashboard. */
  readonly dashboardName: string | null;
}

/** Rules see this source, and the functions may put events of no other. */
const EVENT_SOURCE = 'streamgauge';
/** The bus that every account has. */
const DEFAULT_BUS = 'default';

/** Where the pipeline's alerts go on AWS: what is made for them, and what publishing to them takes. */
export class AlertChannels extends Construct {
  /** Of `sns()`; null where no alert goes there. */
  readonly topicArn: string | null;
  /** What functions that publish are told. */
  readonly variables: Pick<Variables, 'alertTopic' | 'alertSecretsPath' | 'alertLinks' | 'dashboardUrl'>;
  readonly #topicKeyArn: string | null;
  readonly #topicArns: readonly string[];
  readonly #busArns: readonly string[];
  readonly #secretArns: readonly string[];
  /** The pipeline has alerts, whatever their channels are. */
  readonly #areThere: boolean;

  constructor(scope: Construct, id: string, props: AlertChannelsProps) {
    super(scope, id);
    const { pipeline, settings, encryptionKey } = props;
    const alerts = pipeline.views.flatMap((view) => view.alerts);
    const channels = alerts.flatMap(({ to }) => to);
    this.#areThere = alerts.length > 0;
    const topicArns = unique(channels.map((channel) => (channel.kind === 'sns' ? (channel.topicArn ?? OWN) : null)));
    const existing = settings.alertTopic === null ? null : existingTopic(settings.alertTopic);
    this.topicArn = topicArns.includes(OWN)
      ? (existing?.arn ?? this.#createTopic(pipeline.name, encryptionKey).topicArn)
      : null;
    this.#topicKeyArn = this.topicArn === null ? null : (existing?.key ?? null);
    this.#topicArns = topicArns.map((arn) => (arn === OWN ? (this.topicArn as string) : arn));
    const buses = unique(channels.map((channel) => (channel.kind === 'eventBridge' ? channel.busName : null)));
    this.#busArns = buses.map((name) => this.#busArn(name, settings, encryptionKey));
    const secrets = unique(channels.map(secretOf));
    const path = settings.alertSecretsPath ?? `/streamgauge/${pipeline.name}/`;
    this.#secretArns = secrets.map((name) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${path.slice(1)}${name}` }),
    );
    this.variables = {
      alertTopic: this.topicArn,
      alertSecretsPath: secrets.length === 0 ? null : path,
      ...this.#links(props),
    };
  }

  /** What links in messages lead to: a page of the user's, or the dashboard. */
  #links({ settings, dashboardName }: AlertChannelsProps): Pick<Variables, 'alertLinks' | 'dashboardUrl'> {
    if (!this.#areThere) return {};
    const { alertLinks } = settings;
    if (alertLinks !== null || dashboardName === null) return { alertLinks };
    return { dashboardUrl: dashboardUrl(Stack.of(this), dashboardName) };
  }

  /** @param usePages lets the function use the pages that hold the outbox. */
  letPublish(fn: PipelineFunction): void {
    if (!this.#areThere) return;
    if (this.#topicArns.length > 0) fn.allow(['sns:Publish'], this.#topicArns);
    if (this.#topicKeyArn !== null) fn.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [this.#topicKeyArn]);
    if (this.#busArns.length > 0) {
      fn.role.addToPolicy(
        new PolicyStatement({
          actions: ['events:PutEvents'],
          resources: [...this.#busArns],
          conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
        }),
      );
    }
    if (this.#secretArns.length > 0) fn.allow(['ssm:GetParameter'], this.#secretArns);
  }

  /** The key that AWS manages for SNS is enough here: functions publish in the name of their roles, other than alarms do. */
  #createTopic(pipelineName: string, encryptionKey: IKey | null): Topic {
    return new Topic(this, 'Topic', {
      displayName: `Streamgauge alerts of ${pipelineName}`,
      masterKey: encryptionKey ?? Alias.fromAliasName(this, 'TopicKey', 'alias/aws/sns'),
      enforceSSL: true,
    });
  }

  #busArn(name: string, { makeAlertBuses }: PipelineSettings, encryptionKey: IKey | null): string {
    if (!makeAlertBuses || name === DEFAULT_BUS) {
      return Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: name });
    }
    const bus = new EventBus(this, `Bus-${name}`, {
      eventBusName: name,
      ...(encryptionKey !== null && { kmsKey: encryptionKey }),
    });
    return bus.eventBusArn;
  }
}

/** Stands for the topic of the deployment. */
const OWN = '';

function secretOf(channel: ChannelDefinition): string | null {
  return channel.kind === 'webhook' ? channel.secretVariable : null;
}

function unique(texts: readonly (string | null)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== null))];
}
