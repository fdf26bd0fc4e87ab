import { Again, withRetries } from '../../../engine/ports/retry.ts';

/** Answers in turn, and notes the pauses between them. */
function attemptsThat(...answers: readonly (string | Again | Error)[]) {
  const left = [...answers];
  const pauses: number[] = [];
  const attempt = async () => {
    const answer = left.shift();
    if (answer === undefined) throw new Error('There is no further answer.');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const pause = async (retry: number) => {
    pauses.push(retry);
  };
  return { left, pauses, of: (attempts: number) => withRetries<string>(attempts, pause, attempt) };
}

const again = (message = 'Not yet.') => new Again(() => new Error(message));

test('the first success ends it', async () => {
  const { of, left, pauses } = attemptsThat('done', 'never asked');
  expect(await of(3)).toBe('done');
  expect([left.length, pauses]).toEqual([1, []]);
});

test('between two attempts there is a pause, which knows how manieth it is', async () => {
  const { of, pauses } = attemptsThat(again(), again(), 'done');
  expect(await of(3)).toBe('done');
  expect(pauses).toEqual([1, 2]);
});

test('after the last attempt comes no pause, but its failure', async () => {
  const { of, left, pauses } = attemptsThat(again('One.'), again('Two.'), 'never asked');
  await expect(of(2)).rejects.toThrow('Two.');
  expect([left.length, pauses]).toEqual([1, [1]]);
});

test('what an attempt throws is not retried', async () => {
  const { of, left } = attemptsThat(again(), new Error('Broken.'), 'never asked');
  await expect(of(5)).rejects.toThrow('Broken.');
  expect(left).toEqual(['never asked']);
});
