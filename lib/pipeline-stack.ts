import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { pipelineDefinition } from '../engine/definition/pipeline.ts';
import type { PipelineMonitoring } from './monitoring/pipeline-monitoring.ts';
import { StreamgaugePipeline, type StreamgaugePipelineProps } from './streamgauge-pipeline.ts';

/** A stack of one pipeline, `Streamgauge-<pipeline>`, whose outputs tell the names that one needs. */
export class PipelineStack extends Stack {
  readonly pipeline: StreamgaugePipeline;

  constructor(scope: Construct, props: StreamgaugePipelineProps & { readonly stack?: StackProps }) {
    const { name } = pipelineDefinition(props.definition, props.entry);
    // CloudFormation takes letters, digits and hyphens; a pipeline's name has underscores.
    super(scope, `Streamgauge-${name.replaceAll('_', '-')}`, {
      description: `Streamgauge pipeline '${name}': event-time analytics of Kinesis streams.`,
      ...props.stack,
    });
    this.pipeline = new StreamgaugePipeline(this, 'Pipeline', props);
    this.#addOutputs();
  }

  #addOutputs(): void {
    const { streams, stateTable, resultsTable, finalizeQueue, sideOutputs, monitoring } = this.pipeline;
    for (const [name, stream] of streams) {
      this.#output(
        `${pascalCase(name)}StreamName`,
        stream.streamName,
        `The Kinesis stream that producers of '${name}' put to.`,
      );
    }
    this.#output('StateTableName', stateTable.table.tableName, 'Checkpoints and open windows.');
    this.#output('ResultsTableName', resultsTable.table.tableName, 'Result rows.');
    this.#output('FinalizeQueueUrl', finalizeQueue.queue.queueUrl, 'Wakes finalizers.');
    this.#output('BucketName', sideOutputs.bucket.bucketName, 'Dead letters, late events and discarded batches.');
    if (monitoring === null) return;
    this.#output('DashboardUrl', this.#dashboardUrl(monitoring), 'The dashboard of the pipeline.');
    this.#output('AlarmTopicArn', monitoring.topic.topic.topicArn, 'Where alarms are published: subscribe to it.');
  }

  #dashboardUrl({ dashboard }: PipelineMonitoring): string {
    const name = dashboard.dashboard.dashboardName;
    return `https://console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards:name=${name}`;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** `page_clicks` is `PageClicks`: an output's name has only letters and digits. */
function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
