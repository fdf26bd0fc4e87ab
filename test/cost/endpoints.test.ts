import { cost, dollarsOf, itemOf } from './support.ts';

/** Seconds of a month of 730 hours. */
const MONTH = 2_628_000;

test('nothing is paid for an API that there is not', () => {
  const without = cost();
  expect(without.items.map(({ service }) => service)).not.toContain('API Gateway');
  expect(itemOf(without, 'DynamoDB', 'questions')).toBeUndefined();
});

test('a question costs its request, its call and what it reads', () => {
  const asked = cost({ questionsPerSecond: 10 }, { api: 'iam' });
  const questions = 10 * MONTH;
  expect(itemOf(asked, 'API Gateway', 'questions')?.dollars).toBeCloseTo((questions / 1e6) * 1, 9);
  expect(itemOf(asked, 'DynamoDB', 'questions')?.dollars).toBeCloseTo((questions * 40 * 0.125) / 1e6, 9);
  expect(itemOf(asked, 'Lambda', 'api')?.dollars).toBeCloseTo(questions * 0.1 * 0.0000133334, 9);
  expect(asked.items.map(({ service }) => service)).not.toContain('CloudFront');
});

test('the page costs CloudFront and the people who sign in to a pool of its own besides', () => {
  const shown = cost({}, { page: 'cognito' });
  expect(dollarsOf(shown, 'questions of the page')).toBeCloseTo((MONTH / 10_000) * 0.01, 9);
  expect(dollarsOf(shown, 'answers')).toBeCloseTo(((MONTH * 5000) / 1024 ** 3) * 0.085, 9);
  expect(dollarsOf(shown, 'people who sign in')).toBeCloseTo(10 * 0.015, 9);
  const signIn = {
    issuer: 'https://login.example.com',
    audience: ['analytics'],
    client: 'page',
    authorize: 'https://login.example.com/authorize',
    token: 'https://login.example.com/token',
  };
  expect(dollarsOf(cost({}, { page: 'oidc', signIn }), 'people who sign in')).toBeUndefined();
});

test('nobody who asks is nothing to pay for', () => {
  const quiet = cost({ questionsPerSecond: 0 }, { api: 'iam' });
  expect(itemOf(quiet, 'API Gateway', 'questions')).toBeUndefined();
});
