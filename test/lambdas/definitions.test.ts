import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { MemoryStateStore } from '../../adapters/memory/index.ts';
import { noPause } from '../../engine/ports/retry.ts';
import { makeHandler, type ResourceAnswer } from '../../lambdas/definitions/make-handler.ts';
import { memoryLog } from './support.ts';

function eventOf(RequestType: 'Create' | 'Update' | 'Delete', Views: unknown): CloudFormationCustomResourceEvent {
  return { RequestType, ResourceProperties: { ServiceToken: 'arn', Views } } as never;
}

function setUp(state = new MemoryStateStore()) {
  const answers: ResourceAnswer[] = [];
  const handler = makeHandler({
    shared: { state, pause: noPause },
    answer: async (_event, answer) => {
      answers.push(answer);
    },
    log: memoryLog(),
    budget: new TimeBudget(),
  });
  return { state, answers, handler };
}

const view = (fingerprint: string, version = 1) => JSON.stringify([{ name: 'pages', version, fingerprint }]);

test('a first deployment, the same once more, and a new version are taken', async () => {
  const { handler, answers } = setUp();
  await handler(eventOf('Create', view('aaa')));
  await handler(eventOf('Update', view('aaa')));
  await handler(eventOf('Update', view('bbb', 2)));
  expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
});

test('a changed definition fails the deployment, and CloudFormation shows why', async () => {
  const { handler, answers } = setUp();
  await handler(eventOf('Create', view('aaa')));
  await handler(eventOf('Update', view('bbb')));
  expect(answers[1]).toEqual({
    Status: 'FAILED',
    Reason: expect.stringContaining("View 'pages' is deployed in version 1 with another definition"),
  });
});

test('a stack that is deleted is not asked', async () => {
  const { handler, answers } = setUp();
  await handler(eventOf('Delete', 'nothing that is read'));
  expect(answers).toEqual([{ Status: 'SUCCESS', Reason: 'Nothing is removed.' }]);
});

test('whatever fails, CloudFormation gets an answer', async () => {
  const { handler, answers, state } = setUp();
  state.get = () => Promise.reject(new Error('The table is gone.'));
  await handler(eventOf('Create', view('aaa')));
  await handler(eventOf('Create', 'no JSON'));
  expect(answers).toEqual([
    { Status: 'FAILED', Reason: 'The table is gone.' },
    { Status: 'FAILED', Reason: expect.stringContaining('JSON') },
  ]);
});
