import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { MonitoredPipeline } from './monitored-pipeline.ts';

/**
 * The topic of all alarms: one that is there already, whose owner lets CloudWatch publish to it, or one of the stack.
 * The key that AWS manages for SNS keeps alarms out, and nobody can change its policy. So a
 * pipeline without a key of its own gets one for the topic, at a dollar a month.
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, pipeline: MonitoredPipeline) {
    super(scope, id);
    const { alarmTopic, alarmEmail } = pipeline.settings;
    this.topic = alarmTopic === null ? this.#create(pipeline) : Topic.fromTopicArn(this, 'Topic', alarmTopic);
    if (alarmEmail !== null) this.topic.addSubscription(new EmailSubscription(alarmEmail));
  }

  #create({ definition, encryptionKey }: MonitoredPipeline): Topic {
    const key = encryptionKey ?? this.#createKey(definition.name);
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const topic = new Topic(this, 'Topic', {
      displayName: `Streamgauge pipeline ${definition.name}`,
      masterKey: key,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }

  #createKey(pipelineName: string): Key {
    return new Key(this, 'Key', {
      description: `Streamgauge: alarms of pipeline ${pipelineName}.`,
      enableKeyRotation: true,
      // It protects nothing that anybody will want to read later.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
