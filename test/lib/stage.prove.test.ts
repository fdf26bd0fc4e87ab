import { Template } from 'aws-cdk-lib/assertions';
import { stackNameOf } from '../../contracts/stack-names.ts';
import { PipelineStack } from '../../lib/pipeline-stack.ts';
import { onePipeline, pipelineStack, quickApp, templateOf } from './support.ts';

test('a stage and a name of its own are in the name of the stack', () => {
  expect(pipelineStack({ stage: 'prod' }).stackName).toBe('prod-Streamgauge-web-shop');
  expect(pipelineStack({ stackName: 'Shop' }).stackName).toBe('Shop');
});

test('no stage of a pipeline has the name of another pipeline', () => {
  const names = ['shop', 'shop_eu', 'eu_shop', 'eu'].flatMap((pipeline) =>
    [null, 'eu', 'shop', 'eu-shop'].map((stage) => stackNameOf(pipeline, stage)),
  );
  expect(new Set(names).size).toBe(names.length);
});

/** Names that must be unique in an account and region, or anywhere. */
const NAMES = ['FunctionName', 'QueueName', 'AlarmName', 'DashboardName', 'TopicName', 'BucketName', 'ConsumerName'];

function physicalNames(settings: Parameters<typeof templateOf>[0]): string[] {
  const resources = Object.values(templateOf(settings).toJSON().Resources as Record<string, { Properties?: object }>);
  return resources.flatMap(({ Properties = {} }) =>
    Object.entries(Properties).flatMap(([key, value]) =>
      NAMES.includes(key) && typeof value === 'string' ? [value] : [],
    ),
  );
}

test('two stages of a pipeline share no name, so both live in one account', () => {
  const [dev, prod] = [physicalNames({ stage: 'dev' }), physicalNames({ stage: 'prod' })];
  expect(dev.length).toBeGreaterThan(20);
  expect(dev.filter((name) => prod.includes(name))).toEqual([]);
});

/** Of each partition, a region and where its console is. */
const CONSOLES = [
  ['aws', 'eu-west-1', 'console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
  ['aws-iso', 'us-iso-east-1', 'console.c2shome.ic.gov'],
  ['aws-iso-b', 'us-isob-east-1', 'console.sc2shome.sgov.gov'],
  ['aws-iso-e', 'eu-isoe-west-1', 'console.csphome.adc-e.uk'],
  ['aws-iso-f', 'us-isof-south-1', 'console.csphome.hci.ic.gov'],
  ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
] as const;

const DASHBOARD = { Ref: expect.stringMatching(/^PipelineMonitoringDashboard/) };

test.each(CONSOLES)('the dashboard of a stack in %s has an address in the console there', (partition, region, host) => {
  const stack = new PipelineStack(quickApp(), {
    definition: onePipeline,
    entry: 'pipelines/clickstream.ts',
    stack: { env: { region, account: '123456789012' } },
  });
  expect(Template.fromStack(stack).findOutputs('DashboardUrl').DashboardUrl?.Value).toEqual({
    'Fn::Join': ['', [`https://${host}/cloudwatch/home?region=${region}#dashboards:name=`, DASHBOARD]],
  });
  const mapping = templateOf().findMappings('Consoles').Consoles as Record<string, { host: string }>;
  expect(mapping[partition]).toEqual({ host });
});

test('a stack that does not know its partition finds the console when it is deployed', () => {
  expect(templateOf().findOutputs('DashboardUrl').DashboardUrl?.Value).toEqual({
    'Fn::Join': [
      '',
      [
        'https://',
        { 'Fn::FindInMap': ['Consoles', { Ref: 'AWS::Partition' }, 'host'] },
        '/cloudwatch/home?region=',
        { Ref: 'AWS::Region' },
        '#dashboards:name=',
        DASHBOARD,
      ],
    ],
  });
});
