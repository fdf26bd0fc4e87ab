import { Match } from 'aws-cdk-lib/assertions';
import { templateOf } from '../support.ts';

const AS_SET = templateOf();
const SENDER = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

test('the topic is encrypted with a key that lets the alarms of this account in', () => {
  AS_SET.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineMonitoringTopicKey'), 'Arn'] },
  });
  AS_SET.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: SENDER,
        }),
      ]),
    },
  });
});

test('the topic takes what comes over TLS, and of services only the alarms of this account', () => {
  AS_SET.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: SENDER,
        }),
      ]),
    },
  });
});

test('nobody is subscribed unless an address is given', () => {
  AS_SET.resourceCountIs('AWS::SNS::Subscription', 0);
  templateOf({ alarmEmail: 'team@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'team@example.com',
  });
});

test('the key of the customer takes the place of one for the topic alone', () => {
  const template = templateOf({ key: 'customer' });
  template.resourceCountIs('AWS::KMS::Key', 1);
  template.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] },
  });
});
