import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { main } from '../../bin/cli/main.ts';

/**
 * A program that runs many command lines in one process of Node, which loads pipeline files as users' machines do: a list of
 * lists of words comes in as JSON, and a list of { status, stdout, stderr } goes out.
 */
const lines = JSON.parse(await text(process.stdin)) as readonly (readonly string[])[];
const done: unknown[] = [];
for (const line of lines) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [text(stdout), text(stderr)];
  const status = await main(line, { stdout, stderr, env: {} });
  stdout.end();
  stderr.end();
  done.push({ status, stdout: await out, stderr: await err });
}
process.stdout.write(JSON.stringify(done));
