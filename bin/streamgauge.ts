#!/usr/bin/env node
import { registerHooks } from 'node:module';
import { reasonOf } from '../runtime/files/file-error.ts';
import { main } from './cli/main.ts';
import { standardOutput } from './cli/standard-output.ts';

const stdout = standardOutput();

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) ends the command; it is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`streamgauge: Standard output cannot be written: ${reasonOf(error)}\n`);
  process.exit(1);
});

const { stderr, stdin, env } = process;
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, stdin, env, registerHooks });
