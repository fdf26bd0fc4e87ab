import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export type BronzeFunctionProps = Pick<
  PipelineFunctionProps,
  'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'
>;

/** Turns records into lines of bronze when Firehose calls it. It reads and writes nothing, so it has no permissions
 * but for its own log. */
export class BronzeFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: BronzeFunctionProps) {
    super(scope, id, {
      ...props,
      lambda: 'bronze',
      needs: ['streams'],
      description: 'Streamgauge: turns records into lines of bronze, each event with its position.',
      keyActions: [],
      memory: 1024,
      timeout: Duration.minutes(1),
    });
  }
}
