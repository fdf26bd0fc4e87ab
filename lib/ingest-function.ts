import { Duration } from 'aws-cdk-lib';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import { PRODUCER_KEY_ACTION } from './producer-access.ts';

export interface IngestFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly streams: ReadonlyMap<string, IStream>;
}

/** Well within the 29 seconds that the endpoint waits at most. */
export const INGEST_TIMEOUT = Duration.seconds(10);

/** Puts events from HTTP requests into the streams. */
export class IngestFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    super(scope, id, {
      ...props,
      lambda: 'ingest',
      needs: ['streams'],
      description: 'Streamgauge: puts events that come by HTTP to the streams.',
      memory: 1024,
      keyActions: [PRODUCER_KEY_ACTION],
      timeout: INGEST_TIMEOUT,
    });
    this.allow(
      ['kinesis:PutRecords'],
      [...props.streams.values()].map((stream) => stream.streamArn),
    );
    this.allowStreamKeys([PRODUCER_KEY_ACTION], props.streams.values());
  }
}
