import { Duration } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addStage, STAGE } from './http-stage.ts';
import { INGEST_TIMEOUT, IngestFunction, type IngestFunctionProps } from './ingest-function.ts';
import { createLogGroup } from './log-group.ts';

/**
 * `POST /streams/{stream}/events` on an HTTP API. A role or user that may invoke the stream's route signs every request
 * (SigV4): there is no anonymous access.
 */
export class IngestEndpoint extends Construct {
  readonly api: HttpApi;
  readonly function: IngestFunction;
  /** The access log: who called, when, from where, with what outcome. */
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    super(scope, id);
    const { settings } = props;
    this.function = new IngestFunction(this, 'Handler', props);
    this.accessLog = createLogGroup(this, 'AccessLog', settings, props.encryptionKey);
    this.api = new HttpApi(this, 'Api', {
      description: 'Streamgauge: takes events in.',
      createDefaultStage: false,
    });
    this.api.addRoutes({
      path: '/streams/{stream}/events',
      methods: [HttpMethod.POST],
      authorizer: new HttpIamAuthorizer(),
      integration: new HttpLambdaIntegration('Events', this.function.fn, {
        timeout: INGEST_TIMEOUT.plus(Duration.seconds(1)),
      }),
    });
    addStage(this, {
      api: this.api,
      requestsPerSecond: settings.ingestRequestsPerSecond,
      accessLog: this.accessLog,
      caller: '$context.identity.userArn',
    });
  }

  /** Where to post to, without a slash at its end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** The resource in a policy that lets somebody post events of one stream. */
  routeArnOf(stream: string): string {
    return this.api.arnForExecuteApi('POST', `/streams/${stream}/events`, STAGE);
  }
}
