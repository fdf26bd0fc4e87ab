import type { Service } from './item.ts';

/**
 * What the cost model makes of each type of resource that a stack holds. A test synthesizes stacks and finds the types that
 * are not here: whoever adds one says what it costs.
 */
export type Billing =
  /** The service of the items that price it. */
  | { readonly kind: 'priced'; readonly service: Service }
  | { readonly kind: 'free' }
  /** Nothing until somebody or something outside of the pipeline uses it. */
  | { readonly kind: 'byUse'; readonly what: string };

const FREE: Billing = { kind: 'free' };

export const STACK_RESOURCES: Readonly<Record<string, Billing>> = {
  'AWS::Kinesis::Stream': priced('Kinesis'),
  'AWS::Kinesis::StreamConsumer': priced('Kinesis'),
  'AWS::Kinesis::ResourcePolicy': FREE,
  'AWS::Lambda::Function': priced('Lambda'),
  'AWS::Lambda::EventSourceMapping': FREE,
  'AWS::Lambda::EventInvokeConfig': FREE,
  'AWS::Lambda::Version': FREE,
  'AWS::Lambda::Alias': FREE,
  'AWS::Lambda::Permission': FREE,
  'AWS::DynamoDB::Table': priced('DynamoDB'),
  'AWS::SQS::Queue': priced('SQS'),
  'AWS::SQS::QueuePolicy': FREE,
  'AWS::S3::Bucket': priced('S3'),
  'AWS::S3::BucketPolicy': FREE,
  'AWS::KinesisFirehose::DeliveryStream': priced('Firehose'),
  'AWS::Logs::LogGroup': priced('CloudWatch'),
  'AWS::Logs::LogStream': FREE,
  'AWS::CloudWatch::Alarm': priced('CloudWatch'),
  'AWS::CloudWatch::CompositeAlarm': priced('CloudWatch'),
  'AWS::CloudWatch::Dashboard': priced('CloudWatch'),
  'AWS::KMS::Key': priced('KMS'),
  'AWS::ApiGatewayV2::Api': priced('API Gateway'),
  'AWS::ApiGatewayV2::Integration': FREE,
  'AWS::ApiGatewayV2::Route': FREE,
  'AWS::ApiGatewayV2::Stage': FREE,
  'AWS::ApiGatewayV2::Authorizer': FREE,
  'AWS::CloudFront::Distribution': priced('CloudFront'),
  'AWS::CloudFront::OriginAccessControl': FREE,
  'AWS::CloudFront::ResponseHeadersPolicy': FREE,
  'AWS::Cognito::UserPool': priced('Cognito'),
  'AWS::Cognito::UserPoolClient': FREE,
  'AWS::Cognito::UserPoolDomain': FREE,
  // Rules on a schedule cost nothing, other than EventBridge Scheduler.
  'AWS::Events::Rule': FREE,
  'AWS::Events::EventBus': byUse('a million events of alerts are 1 dollar'),
  'AWS::Glue::Database': FREE,
  'AWS::Glue::Table': FREE,
  'AWS::Athena::WorkGroup': byUse('5 dollars for each TB that a query reads'),
  'AWS::Athena::NamedQuery': FREE,
  'AWS::SNS::Topic': byUse('messages of alarms and alerts: a million are 0.50 dollars, 100,000 mails 2 dollars'),
  'AWS::SNS::TopicPolicy': FREE,
  'AWS::SNS::Subscription': FREE,
  'AWS::IAM::Role': FREE,
  'AWS::IAM::Policy': FREE,
  'AWS::IAM::ManagedPolicy': FREE,
  'Custom::StreamgaugeDefinitions': byUse('a call of a function with each deployment'),
  'Custom::StreamgaugePage': byUse('a call of a function with each deployment that changes the page'),
};

function priced(service: Service): Billing {
  return { kind: 'priced', service };
}

function byUse(what: string): Billing {
  return { kind: 'byUse', what };
}
