import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BugError } from '../../../engine/ir/bug-error.ts';
import { StreamgaugeError } from '../../../engine/ir/streamgauge-error.ts';
import { StoreError, type StoreErrorCode } from '../../../engine/ports/errors.ts';
import { EventsNotSentError, ProducerError, type ProducerErrorCode } from '../../../producer/errors.ts';

const ROOT = join(__dirname, '../../..');
const SHIPPED = 'engine,contracts,adapters,producer,generate,lib,cost,runtime,lambdas,bin,localstack';

type ErrorClass = new (...args: unknown[]) => StreamgaugeError;

/** Every class of errors that ships, found by the way it is declared. */
async function errorClasses(): Promise<ErrorClass[]> {
  const classes: ErrorClass[] = [];
  for (const file of globSync(`{${SHIPPED}}/**/*.ts`, { cwd: ROOT })) {
    const declared = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/class (\w+) extends \w*Error\b/g)];
    if (declared.length === 0) continue;
    const module = (await import(join(ROOT, file))) as Record<string, unknown>;
    for (const [, name] of declared) {
      if (name !== 'StreamgaugeError') classes.push(module[name as string] as ErrorClass);
    }
  }
  return classes;
}

/** These tell several cases apart by their code. */
const STORE_CODES: Record<StoreErrorCode, true> = {
  unknownOutcome: true,
  throttled: true,
  conflict: true,
  inProgress: true,
};
const PRODUCER_CODES: Record<ProducerErrorCode, true> = {
  badOptions: true,
  badEvent: true,
  overrun: true,
  closed: true,
  notSent: true,
};

function codesOf(type: ErrorClass): string[] {
  if (type === (StoreError as unknown)) return Object.keys(STORE_CODES);
  if (type === (ProducerError as unknown)) return Object.keys(PRODUCER_CODES);
  // One of the producer's cases, with its events.
  if (type === (EventsNotSentError as unknown)) return [];
  return [new type('A sentence.', 'Another.').code];
}

test('every class of errors has the one base, and its code is its own', async () => {
  const classes = await errorClasses();
  expect(classes.length).toBeGreaterThan(40);
  const owners = new Map<string, string>();
  for (const type of classes) {
    expect({ type: type.name, hasBase: type.prototype instanceof StreamgaugeError }).toMatchObject({ hasBase: true });
    for (const code of codesOf(type)) {
      expect({ type: type.name, code }).toMatchObject({ code: expect.stringMatching(/^[a-z]+([A-Z][a-z]+)*$/) });
      expect({ code, isOf: owners.get(code) ?? type.name }).toEqual({ code, isOf: type.name });
      owners.set(code, type.name);
    }
  }
});

/** They bear names that the SDK or the service gave. */
const NAMED_FOR_THE_SDK = ['RecordNotPutError', 'BodyTimeoutError'];

test('an error bears the name of its class', async () => {
  for (const type of await errorClasses()) {
    if (NAMED_FOR_THE_SDK.includes(type.name)) continue;
    expect(new type('A sentence.', 'Another.').name).toBe(type.name);
  }
});

test('a bug says what it is, and keeps its cause', () => {
  const cause = new RangeError('Too far.');
  const bug = new BugError('The counts do not add up.', { cause });
  expect(bug.message).toBe('The counts do not add up. This is a bug in streamgauge: please report it.');
  expect(bug).toMatchObject({ name: 'BugError', code: 'bug', cause });
});
