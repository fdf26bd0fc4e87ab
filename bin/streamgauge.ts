#!/usr/bin/env node
import { registerHooks } from 'node:module';
import { reasonOf } from '../runtime/files/file-error.ts';
import { isDebugging, main } from './cli/main.ts';
import { report } from './cli/report.ts';
import { standardOutput } from './cli/standard-output.ts';

const stdout = standardOutput();

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) ends the command; it is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`streamgauge: Standard output cannot be written: ${reasonOf(error)}\n`);
  process.exit(1);
});

const { stderr, stdin, env } = process;
const args = process.argv.slice(2);
// What failed where nothing waited for it.
process.on('uncaughtException', (error) => process.exit(report(error, { stderr }, isDebugging(args, env))));
process.exitCode = await main(args, { stdout, stderr, stdin, env, registerHooks });
