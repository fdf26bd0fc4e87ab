import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { ClientSettings } from '../../adapters/aws/client-settings.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { OutOfTimeError, TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { ItemWrite } from '../../engine/ports/state-store.ts';
import { type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';

const before = { ...process.env };
let service: FaultProxy;

beforeEach(async () => {
  // It forwards to nobody: each test says what becomes of its requests.
  service = await startFaultProxy('http://127.0.0.1:9');
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: service.url,
  });
});
afterEach(async () => {
  await service.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/**
 * A client whose calls may by themselves take for ever, and has a little time left until the first of them arrives: then
 * it is used up, however slow this machine is.
 */
function clientWith(leftMs: number, settings: ClientSettings = {}) {
  const budget = new TimeBudget();
  budget.limitTo(() => (service.seen.length === 0 ? leftMs : 0));
  return createDynamoDbClient({ requestTimeoutMs: 3_600_000, ...settings, budget });
}

const list = new ListTablesCommand({});
const key = { partition: 'p', sort: 's' };
const write: ItemWrite = { kind: 'put', key, version: 1, data: 'x', condition: { kind: 'absent' } };
const row = {
  ...{ view: 'v', group: '[]', windowStartMs: 0, windowEndMs: 60_000, revision: 1, epoch: 1 },
  ...{ partial: false, lateEvents: 0, retracted: false, columns: '{}', expiresAtSeconds: null },
};

test('a call that gets no answer ends with the budget, and is not tried again', async () => {
  service.hang(() => true);
  await expect(clientWith(100).send(list)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(service.seen).toHaveLength(1);
});

test('a call that the budget has nothing left for is not sent', async () => {
  await expect(clientWith(0).send(list)).rejects.toThrow(OutOfTimeError);
  expect(service.seen).toEqual([]);
});

test('a reply that begins and does not end is cut off, and the call tried again while there is time', async () => {
  service.inject({ kind: 'stall' }, { kind: 'answer', status: 200, body: { TableNames: ['t'] } });
  const client = createDynamoDbClient({ requestTimeoutMs: 1000 });
  await expect(client.send(list)).resolves.toMatchObject({ TableNames: ['t'] });
  expect(service.seen).toHaveLength(2);
});

test('a reply that does not end in the budget fails the call', async () => {
  service.inject({ kind: 'stall' });
  await expect(clientWith(100).send(list)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(service.seen).toHaveLength(1);
});

test('the pauses between attempts end with the budget', async () => {
  service.inject(...Array.from({ length: 12 }, () => refusal('ThrottlingException')));
  await expect(clientWith(10_000, { maxAttempts: 12 }).send(list)).rejects.toMatchObject({
    name: 'ThrottlingException',
  });
  expect(service.seen).toHaveLength(1);
});

test('without a limit there is all the time in the world', async () => {
  service.inject({ kind: 'answer', status: 200, body: {} });
  await expect(createDynamoDbClient({ budget: new TimeBudget() }).send(list)).resolves.toBeDefined();
});

describe('of a write that was cut off', () => {
  test('to the state, the outcome is not known', async () => {
    service.hang(() => true);
    const state = new DynamoDbStateStore({ client: clientWith(100), table: 't' });
    await expect(state.transact([write])).rejects.toMatchObject({ name: 'StoreError', code: 'unknownOutcome' });
  });

  test('of a row, the outcome is not known', async () => {
    service.hang(() => true);
    const results = new DynamoDbResultStore({ client: clientWith(100), table: 't', clock: { nowMs: () => 0 } });
    await expect(results.put([{ row, over: null }])).rejects.toMatchObject({
      ...{ name: 'StoreError', code: 'unknownOutcome' },
    });
  });

  test('before it was sent, it is known that nothing was written', async () => {
    const state = new DynamoDbStateStore({ client: clientWith(0), table: 't' });
    await expect(state.transact([write])).rejects.toMatchObject({
      name: 'AwsCallError',
      message: expect.stringContaining('the call was not sent'),
    });
    expect(service.seen).toEqual([]);
  });

  test('after an attempt without an answer, the outcome is not known either', async () => {
    service.inject({ kind: 'loseReply' });
    const state = new DynamoDbStateStore({ client: clientWith(10_000), table: 't' });
    await expect(state.transact([write])).rejects.toMatchObject({ code: 'unknownOutcome' });
  });
});
