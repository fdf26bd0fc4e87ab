#!/usr/bin/env node
import { EXIT_FAILURE, EXIT_USAGE, UsageError } from '../bin/cli/command.ts';
import { createProject } from '../bin/init/create-project.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** `npm create streamgauge FOLDER`: what `streamgauge init` does, without installing streamgauge first. */
try {
  process.exitCode = await createProject(process.argv.slice(2), process, import.meta.dirname);
} catch (error) {
  // Of a fault, where it happened helps; the errors of this project are sentences.
  console.error(error instanceof StreamgaugeError ? `create-streamgauge: ${error.message}` : error);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
}
