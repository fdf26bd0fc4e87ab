import { Match } from 'aws-cdk-lib/assertions';
import { statementsOf, templateOf } from './support.ts';

const FAN_OUT = templateOf({ fanOut: true });
const CONSUMER = Match.stringLikeRegexp('^PipelineAggregateConsumeclicks');

test('without fan-out there is no consumer', () => {
  templateOf().resourceCountIs('AWS::Kinesis::StreamConsumer', 0);
});

test('with fan-out the stream has a consumer, and the aggregate function reads through it', () => {
  FAN_OUT.resourceCountIs('AWS::Kinesis::StreamConsumer', 1);
  FAN_OUT.hasResourceProperties('AWS::Kinesis::StreamConsumer', {
    ConsumerName: 'streamgauge',
    StreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineStreamclicks'), 'Arn'] },
  });
  FAN_OUT.resourcePropertiesCountIs(
    'AWS::Lambda::EventSourceMapping',
    { EventSourceArn: { 'Fn::GetAtt': [CONSUMER, 'ConsumerARN'] }, StartingPosition: 'TRIM_HORIZON' },
    1,
  );
});

test('the function may subscribe to its consumer, and still list the shards of the stream', () => {
  expect(statementsOf(FAN_OUT, 'Aggregate').slice(-2)).toEqual([
    'kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on StreamclicksStream',
    'kinesis:DescribeStreamConsumer kinesis:SubscribeToShard on AggregateConsumeclicks',
  ]);
  expect(statementsOf(FAN_OUT, 'Sweep').join()).not.toContain('Consume');
});

test('the preset for low latency reads by fan-out and waits for no batch', () => {
  const template = templateOf({ preset: 'lowLatency' });
  template.resourceCountIs('AWS::Kinesis::StreamConsumer', 1);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    StartingPosition: 'TRIM_HORIZON',
    MaximumBatchingWindowInSeconds: 0,
  });
});

test('the preset for low cost waits a minute, with less memory', () => {
  const template = templateOf({ preset: 'lowCost' });
  template.resourceCountIs('AWS::Kinesis::StreamConsumer', 0);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { MaximumBatchingWindowInSeconds: 60 });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('-aggregate$'),
    MemorySize: 1024,
  });
});
