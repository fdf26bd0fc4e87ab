import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PipelineStack } from '../../lib/pipeline-stack.ts';
import { onePipeline, pipelineStack, templateOf } from './support.ts';

const STREAM_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineStreamclicks'), 'Arn'] };
const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] };
const PRODUCE = ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'];
const WEB = 'arn:aws:iam::123456789012:role/web';
const MAIL = 'arn:aws:iam::123456789012:role/mail';

function managedPolicy(...statements: object[]) {
  return {
    PolicyDocument: { Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) },
    Roles: Match.absent(),
  };
}

test('each stream has a policy to attach to its producers, which lets them put to it alone', () => {
  const template = templateOf();
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 1);
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', managedPolicy({ Action: PRODUCE, Resource: STREAM_ARN }));
});

test('the policy includes the key of the customer, and the route of the ingest endpoint', () => {
  templateOf({ key: 'customer', ingest: true }).hasResourceProperties(
    'AWS::IAM::ManagedPolicy',
    managedPolicy(
      { Action: PRODUCE, Resource: STREAM_ARN },
      { Action: 'kms:GenerateDataKey', Resource: KEY_ARN },
      {
        Action: 'execute-api:Invoke',
        Resource: { 'Fn::Join': ['', Match.arrayWith(['/$default/POST/streams/clicks/events'])] },
      },
    ),
  );
});

test('without producers, streams have no policy of their own', () => {
  templateOf().resourceCountIs('AWS::Kinesis::ResourcePolicy', 0);
});

test("the stream's own policy lets the producers that are named put to it, and nobody else", () => {
  const template = templateOf({ producers: { clicks: [WEB, MAIL] } });
  template.resourceCountIs('AWS::Kinesis::ResourcePolicy', 1);
  template.hasResourceProperties('AWS::Kinesis::ResourcePolicy', {
    ResourceArn: STREAM_ARN,
    ResourcePolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Producers',
          Effect: 'Allow',
          Principal: { AWS: [MAIL, WEB] },
          Action: PRODUCE,
          Resource: STREAM_ARN,
        },
      ],
    },
  });
});

test('the key of the customer lets them encrypt through Kinesis', () => {
  templateOf({ key: 'customer', producers: { clicks: [WEB] } }).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Principal: { AWS: WEB },
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: {
            StringEquals: {
              'kms:ViaService': { 'Fn::Join': ['', ['kinesis.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
            },
          },
        },
      ]),
    },
  });
});

test('producers of a stream that is not there are refused', () => {
  expect(() => templateOf({ producers: { clocks: [WEB] } })).toThrow(
    "producers names the stream 'clocks'. The pipeline's streams are clicks.",
  );
});

test('a producer of another account is refused where AWS manages the key, which does not work for others', () => {
  const stackOf = (settings: object) =>
    new PipelineStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), {
      definition: onePipeline,
      entry: 'pipelines/clickstream.ts',
      settings: { producers: { clicks: [WEB] }, ...settings },
      stack: { env: { account: '210987654321', region: 'eu-west-1' } },
    });
  expect(() => stackOf({})).toThrow(
    `The setting 'producers' names ${WEB} of another account than 210987654321: its records cannot be encrypted with a key that AWS manages. Set 'key' to 'customer'.`,
  );
  expect(() => stackOf({ key: 'customer' })).not.toThrow();
});

describe('grantProduce', () => {
  function grantTo(settings: Parameters<typeof pipelineStack>[0]) {
    const stack = pipelineStack(settings);
    const role = new Role(stack, 'Web', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    stack.pipeline.grantProduce('clicks', role);
    return Template.fromStack(stack);
  }

  test('lets a role put to the stream', () => {
    grantTo({}).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Web') }],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: PRODUCE, Resource: STREAM_ARN }] },
    });
  });

  test('lets it use the key of the customer too', () => {
    grantTo({ key: 'customer' }).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Web') }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: PRODUCE, Resource: STREAM_ARN },
          { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: KEY_ARN },
        ],
      },
    });
  });

  test('of a stream that is not there is refused', () => {
    const { pipeline } = pipelineStack();
    const role = new Role(new Stack(), 'Web', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    expect(() => pipeline.grantProduce('clocks', role)).toThrow("grantProduce names the stream 'clocks'.");
  });
});
