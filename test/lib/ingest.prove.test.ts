import { Match } from 'aws-cdk-lib/assertions';
import { statementsOf, templateOf } from './support.ts';

const INGEST = templateOf({ ingest: true });
const API = { Ref: Match.stringLikeRegexp('^PipelineIngestApi') };

test('without the setting there is no endpoint', () => {
  const template = templateOf();
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Description: Match.stringLikeRegexp('by HTTP') }, 0);
});

test('the endpoint is an HTTP API of one route that only takes signed requests', () => {
  INGEST.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP', CorsConfiguration: Match.absent() });
  INGEST.resourceCountIs('AWS::ApiGatewayV2::Route', 1);
  INGEST.hasResourceProperties('AWS::ApiGatewayV2::Route', {
    ApiId: API,
    RouteKey: 'POST /streams/{stream}/events',
    AuthorizationType: 'AWS_IAM',
  });
  INGEST.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: 11_000,
  });
});

test('the stage has a limit of requests and a log of who called', () => {
  INGEST.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
  INGEST.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    ApiId: API,
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    AccessLogSettings: {
      DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineIngestAccessLog'), 'Arn'] },
      Format: Match.stringLikeRegexp('"caller":"\\$context.identity.userArn"'),
    },
  });
  templateOf({ ingest: true, ingestRequestsPerSecond: 5 }).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
  });
});

test('only this route of this API may call the function', () => {
  INGEST.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Join': ['', Match.arrayWith([API, '/*/*/streams/{stream}/events'])],
    },
  });
});

test('the function may put records to the streams of the pipeline, and nothing else', () => {
  expect(statementsOf(INGEST, 'IngestHandler')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on IngestHandlerLogs',
    'kinesis:PutRecords on StreamclicksStream',
  ]);
  expect(statementsOf(templateOf({ ingest: true, key: 'customer' }), 'IngestHandler')).toContain(
    'kms:Decrypt kms:GenerateDataKey on Key',
  );
});

test('logs of accesses and calls forget as other logs do, and stay when the stack goes', () => {
  templateOf({ ingest: true, logDays: 7 }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  const groups = Object.entries(templateOf({ ingest: true, dev: true }).findResources('AWS::Logs::LogGroup'));
  expect(groups.filter(([id]) => id.startsWith('PipelineIngest'))).toHaveLength(2);
  expect(groups.every(([, { DeletionPolicy }]) => DeletionPolicy === 'Delete')).toBe(true);
});
