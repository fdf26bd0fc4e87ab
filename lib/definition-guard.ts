import { CustomResource, Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { DeployedView } from '../engine/protocol/deployed-definitions.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface DefinitionGuardProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly stateTable: Table;
  readonly views: readonly DeployedView[];
}

/**
 * Refuses a deployment that changes a view's definition without a new version, before any other function changes. Only
 * CloudFormation calls it, when the views change.
 */
export class DefinitionGuard extends PipelineFunction {
  /** Every function of the pipeline depends on this before it gets new code. */
  readonly views: CustomResource;

  constructor(scope: Construct, id: string, props: DefinitionGuardProps) {
    super(scope, id, {
      ...props,
      lambda: 'definitions',
      needs: ['stateTable'],
      description: 'Streamgauge: refuses a deployment whose definitions do not fit the state.',
      memory: 256,
      timeout: TIMEOUT,
    });
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [props.stateTable.tableArn]);
    this.views = new CustomResource(this, 'Views', {
      resourceType: 'Custom::StreamgaugeDefinitions',
      serviceToken: this.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Views: JSON.stringify(props.views) },
    });
    this.views.node.addDependency(this.role);
  }
}

const TIMEOUT = Duration.minutes(1);
