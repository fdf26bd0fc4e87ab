import { createDynamoDbClient } from '../adapters/aws/dynamodb-client.ts';
import { DynamoDbResultStore } from '../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import { createKinesisClient } from '../adapters/aws/kinesis-client.ts';
import { createS3Client } from '../adapters/aws/s3-client.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { Producer } from '../producer/index.ts';
import { LOCAL_ENVIRONMENT, type StackOutputs } from './cdk.ts';
import type { CloudEndpoint } from './endpoint.ts';
import { LocalCloudError } from './errors.ts';

/** What was deployed, by the SDK's own clients and by the adapters that the Lambdas use. */
export class DeployedPipeline {
  readonly state: DynamoDbStateStore;
  readonly results: DynamoDbResultStore;
  readonly s3 = createS3Client();
  readonly outputs: StackOutputs;
  // An endpoint may carry a record all the way to S3 before it answers.
  readonly #kinesis = createKinesisClient({ requestTimeoutMs: 120_000 });

  /** Clients read the environment, which is made that of the endpoint. */
  static open(endpoint: CloudEndpoint, outputs: StackOutputs): DeployedPipeline {
    Object.assign(process.env, LOCAL_ENVIRONMENT, {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ENDPOINT_URL_S3: endpoint.url,
    });
    return new DeployedPipeline(outputs);
  }

  private constructor(outputs: StackOutputs) {
    this.outputs = outputs;
    // An endpoint on a busy machine answers slowly, and here nobody waits for it but this program.
    const client = createDynamoDbClient({ requestTimeoutMs: 60_000 });
    this.state = new DynamoDbStateStore({ client, table: this.output('StateTableName') });
    this.results = new DynamoDbResultStore({ client, table: this.output('ResultsTableName'), clock: systemClock });
  }

  output(name: string): string {
    const value = this.outputs[name];
    if (value !== undefined) return value;
    throw new LocalCloudError(`The stack has no output '${name}'. It has ${Object.keys(this.outputs).join(', ')}.`);
  }

  /**
   * Sends lines as a service does: packed and compressed. A service's events are a second apart at most when they are
   * packed together; here a flush stands for that second, or the lanes would bring minutes of event time out of order.
   */
  async send(lines: readonly string[]): Promise<void> {
    const streamName = this.output('ClicksStreamName');
    // As many lanes as shards: an endpoint may carry each record through Firehose by itself, one after the other.
    const producer = new Producer({ client: this.#kinesis, streamName, partitionKey: () => '', lanes: 2 });
    for (const [index, line] of lines.entries()) {
      await producer.putLine(line, userOf(line));
      if (index % FLUSH_EVENTS === FLUSH_EVENTS - 1) await producer.flush();
    }
    await producer.close();
    const { accepted, sent } = producer.metrics();
    if (sent !== accepted) throw new LocalCloudError(`Of ${accepted} events ${sent} were sent.`);
  }
}

function userOf(line: string): string {
  return (JSON.parse(line) as { user_id: string }).user_id;
}

const FLUSH_EVENTS = 200;
