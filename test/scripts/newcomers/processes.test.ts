import { Program, run } from '../../../scripts/newcomers/processes.ts';

const HERE = { cwd: __dirname, env: process.env };
const node = (code: string) => [process.execPath, '-e', code];

test('a command that fails says its exit code and what it printed', async () => {
  const failing = run(node("console.log('half'); console.error('no space left'); process.exitCode = 3"), HERE);
  await expect(failing).rejects.toThrow(/ended with 3: half\n+no space left$/);
});

test('a program that is not there is an error like any other', async () => {
  await expect(run(['no-such-program'], HERE)).rejects.toThrow(/'no-such-program' ended with .*ENOENT/s);
});

test('waiting for a line gives it, and stopping is Ctrl-C', async () => {
  const stops = "process.on('SIGINT', () => { console.log('Stopped.'); process.exit(0); });";
  const program = new Program(node(`${stops} console.log('serves at 7'); setInterval(() => {}, 1000)`), HERE);
  expect((await program.until(/serves at (\d)/))[1]).toBe('7');
  await program.stop();
  expect(program.stdout).toContain('Stopped.');
});

test('waiting for a line that does not come ends with the program', async () => {
  const program = new Program(node("console.log('other')"), HERE);
  await expect(program.until(/serves/)).rejects.toThrow(/ended before it printed \/serves\/: other$/);
});
