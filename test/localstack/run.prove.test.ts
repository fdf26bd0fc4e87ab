import { execFile } from 'node:child_process';

function run(args: readonly string[], url: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, AWS_ENDPOINT_URL: url };
    execFile(process.execPath, ['localstack/run.ts', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('without an endpoint the test is not run: one sentence, and no success', async () => {
  expect(await run(['e2e'], 'http://127.0.0.1:1')).toEqual({
    code: 77,
    stdout: '',
    stderr:
      'Not run: Nothing answers at http://127.0.0.1:1. Start the endpoint, or unset AWS_ENDPOINT_URL to have LocalStack started in Docker.\n',
  });
});

test('AWS itself is no endpoint to test against', async () => {
  const { code, stderr } = await run(['deploy'], 'https://s3.amazonaws.com');
  expect(code).toBe(1);
  expect(stderr).toContain('which is AWS itself');
});

test.each([
  [['fly'], "'fly' is none of up, deploy, e2e and down."],
  [['e2e', '--seed', 'x'], "--seed is 'x', and must be a whole number"],
  [['e2e', '--sede', '1'], "has no option '--sede'. Did you mean '--seed'?"],
])('%j is a wrong call', async (args, message) => {
  const { code, stderr } = await run(args, 'http://127.0.0.1:1');
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('the help shows examples', async () => {
  const { code, stdout } = await run(['--help'], '');
  expect(code).toBe(0);
  expect(stdout).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run localstack:e2e');
});
