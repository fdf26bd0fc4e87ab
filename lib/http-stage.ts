import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export const STAGE = '$default';

export interface HttpStageProps {
  readonly api: HttpApi;
  readonly requestsPerSecond: number;
  /** Who called, when, from where, with what outcome. */
  readonly accessLog: LogGroup;
  /** What tells the caller: a variable of API Gateway's logs. */
  readonly caller: '$context.identity.userArn' | '$context.authorizer.claims.sub';
}

/** The burst, as a multiple of the rate a second. */
const BURST_SECONDS = 2;

/** The only stage of an HTTP API, with a limit of requests and an access log. */
export function addStage(scope: Construct, { api, requestsPerSecond, accessLog, caller }: HttpStageProps): HttpStage {
  return new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: STAGE,
    autoDeploy: true,
    throttle: { rateLimit: requestsPerSecond, burstLimit: requestsPerSecond * BURST_SECONDS },
    accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat(caller) },
  });
}

function accessLogFormat(caller: string): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      caller,
      sourceIp: '$context.identity.sourceIp',
      route: '$context.routeKey',
      path: '$context.path',
      status: '$context.status',
      responseBytes: '$context.responseLength',
      latencyMs: '$context.responseLatency',
      error: '$context.error.message',
      integrationError: '$context.integrationErrorMessage',
    }),
  );
}
