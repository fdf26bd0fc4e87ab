import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ApiEndpoint } from './api-endpoint.ts';
import { explain } from './nag.ts';

/**
 * A policy for those who ask the API with signed requests.
 *
 * @example pipeline.api.policy?.attachToRole(reports);
 */
export class ApiPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, endpoint: ApiEndpoint) {
    super(scope, id, {
      description: 'Streamgauge: ask the API of a pipeline.',
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [...endpoint.routeArns] })],
    });
    explain(
      this,
      'AwsSolutions-IAM5',
      'All that the endpoint has is questions about this pipeline; what else callers may do, the setting apiAllows says.',
      /^Resource::.*\/\$default\/\*\/api(\/\*)?$/,
    );
  }
}
