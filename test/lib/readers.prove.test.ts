import { Aspects } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { PipelineSettings } from '../../lib/settings.ts';
import { pipelineStack } from './support.ts';

function readableStack(settings: Partial<PipelineSettings> = {}) {
  const stack = pipelineStack(settings);
  const role = new Role(stack, 'Analysts', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  stack.pipeline.grantRead(role);
  return stack;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function statementsOf(settings: Partial<PipelineSettings> = {}): readonly Statement[] {
  const policies = Template.fromStack(readableStack(settings)).findResources('AWS::IAM::Policy');
  return Object.entries(policies).flatMap(([id, { Properties }]) =>
    id.startsWith('Analysts') ? (Properties.PolicyDocument.Statement as Statement[]) : [],
  );
}

test('a reader may read rows, state, pages and side outputs, and nothing else', () => {
  expect(statementsOf()).toMatchSnapshot();
});

test('a reader changes nothing, and has no right to all of anything', () => {
  for (const { Effect, Action, Resource } of statementsOf({ key: 'customer' })) {
    expect(Effect).toBe('Allow');
    for (const action of [Action].flat()) {
      expect(action).toMatch(/:(Get|BatchGet|List|Query|Describe|Decrypt)/);
      expect(action).not.toContain('*');
    }
    expect(Resource).not.toBe('*');
  }
});

test("a reader may decrypt with the customer's key", () => {
  expect(statementsOf({ key: 'customer' })).toContainEqual({
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:DescribeKey'],
    Resource: { 'Fn::GetAtt': [expect.stringMatching(/^PipelineKey/), 'Arn'] },
  });
  expect(JSON.stringify(statementsOf())).not.toContain('kms:');
});

test.each([{}, { key: 'customer' as const }])('cdk-nag has nothing to say of it: %j', (settings) => {
  const stack = readableStack(settings);
  Aspects.of(stack).add(new AwsSolutionsChecks());
  const annotations = Annotations.fromStack(stack);
  const any = Match.stringLikeRegexp('.*');
  const found = [...annotations.findError('*', any), ...annotations.findWarning('*', any)];
  expect(found.map(({ id, entry }) => `${id}: ${String(entry.data)}`)).toEqual([]);
});

test('a user can be a reader as well', () => {
  const stack = pipelineStack();
  stack.pipeline.grantRead(new User(stack, 'Ann')).assertSuccess();
});
