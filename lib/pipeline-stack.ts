import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  BUCKET_NAME_OUTPUT,
  PAGES_BUCKET_OUTPUT,
  producerPolicyOutput,
  RESULTS_TABLE_OUTPUT,
  SILENCE_POLICY_OUTPUT,
  STATE_TABLE_OUTPUT,
  stackNameOf,
  streamNameOutput,
} from '../contracts/stack-names.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { dashboardUrl } from './console-url.ts';
import type { Lake } from './lake.ts';
import { refuseTooManyResources } from './resource-limit.ts';
import { StreamgaugePipeline, type StreamgaugePipelineProps } from './streamgauge-pipeline.ts';

/** A stack of one pipeline, `Streamgauge-<pipeline>` or `<stage>-Streamgauge-<pipeline>`. Its outputs give the names that people need. */
export class PipelineStack extends Stack {
  readonly pipeline: StreamgaugePipeline;

  constructor(scope: Construct, props: StreamgaugePipelineProps & { readonly stack?: StackProps }) {
    const { name } = pipelineDefinition(props.definition, props.entry);
    const { stage = null, stackName = null } = props.settings ?? {};
    super(scope, stackName ?? stackNameOf(name, stage), {
      description: `Streamgauge pipeline '${name}': event-time analytics of Kinesis streams.`,
      // A template holds 1 MB, and many streams with alarms and dashboards take a good part of it.
      suppressTemplateIndentation: true,
      ...props.stack,
    });
    this.pipeline = new StreamgaugePipeline(this, 'Pipeline', props);
    this.#addOutputs();
    refuseTooManyResources(this);
  }

  #addOutputs(): void {
    const {
      streams,
      stateTable,
      resultsTable,
      pages,
      finalizeQueue,
      sideOutputs,
      ingest,
      producerPolicies,
      lake,
      monitoring,
    } = this.pipeline;
    for (const [name, stream] of streams) {
      this.#output(streamNameOutput(name), stream.streamName, `The Kinesis stream that producers of '${name}' put to.`);
    }
    for (const [name, policy] of producerPolicies) {
      this.#output(
        producerPolicyOutput(name),
        policy.managedPolicyArn,
        `Attach it to the roles of the producers of '${name}'.`,
      );
    }
    if (ingest !== null) this.#output('IngestUrl', ingest.url, 'POST /streams/{stream}/events here, signed.');
    this.#addApiOutputs();
    this.#output(STATE_TABLE_OUTPUT, stateTable.table.tableName, 'Checkpoints and open windows.');
    this.#output(PAGES_BUCKET_OUTPUT, pages.bucket.bucketName, 'Large pages of state, which the state table names.');
    this.#output(RESULTS_TABLE_OUTPUT, resultsTable.table.tableName, 'Result rows.');
    this.#output('FinalizeQueueUrl', finalizeQueue.queue.queueUrl, 'Wakes finalizers.');
    this.#output(BUCKET_NAME_OUTPUT, sideOutputs.bucket.bucketName, 'Dead letters, late events and discarded batches.');
    const { silencePolicy } = this.pipeline;
    if (silencePolicy !== null) {
      const { managedPolicyArn } = silencePolicy;
      this.#output(SILENCE_POLICY_OUTPUT, managedPolicyArn, 'Attach it to the roles of those who silence alerts.');
    }
    const { topicArn } = this.pipeline.alertChannels;
    if (topicArn !== null) this.#output('AlertTopicArn', topicArn, 'Where alerts are published: subscribe to it.');
    if (lake !== null) this.#addLakeOutputs(lake);
    if (monitoring === null) return;
    const { dashboardName } = monitoring.dashboard.dashboard;
    this.#output('DashboardUrl', dashboardUrl(this, dashboardName), 'The dashboard of the pipeline.');
    this.#output('AlarmTopicArn', monitoring.topic.topic.topicArn, 'Where alarms are published: subscribe to it.');
  }

  #addApiOutputs(): void {
    const { api } = this.pipeline;
    if (api === null) return;
    const { signed, policy, tokens, page } = api;
    if (signed !== null) this.#output('ApiUrl', signed.url, 'GET /api/pipeline here and the rest, signed.');
    if (policy !== null) {
      this.#output('ApiPolicyArn', policy.managedPolicyArn, 'Attach it to the roles of those who ask the API.');
    }
    if (tokens !== null) this.#output('ApiTokenUrl', tokens.url, 'GET /api/pipeline here and the rest, with a token.');
    this.#output('ApiFunctionName', api.function.fn.functionName, 'Answers the questions to the API.');
    if (page === null) return;
    this.#output('PageUrl', page.url, 'The live page.');
    if (page.pool === null) return;
    this.#output('UserPoolId', page.pool.pool.userPoolId, 'Who is in it may see the live page: invite people there.');
  }

  #addLakeOutputs({ bronze, catalog, queries }: Lake): void {
    this.#output('BronzeBucketName', bronze.bucket.bucketName, 'Every event as it came.');
    if (bronze.prefix !== '') this.#output('BronzePrefix', bronze.prefix, 'The prefix of bronze in its bucket.');
    if (catalog === null || queries === null) return;
    this.#output('LakeDatabaseName', catalog.databaseName, 'The Glue database with a table for each stream.');
    this.#output('LakeWorkGroupName', queries.workGroup.name, 'The Athena workgroup with a query for each view.');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
