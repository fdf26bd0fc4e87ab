import { join } from 'node:path';
import type { Command } from '../cli/command.ts';
import { createProject, INIT_OPTIONS } from '../init/create-project.ts';
import { TEMPLATES } from '../init/templates.ts';

const HELP = `Make a project: a pipeline, its test, sample events and what npm, TypeScript and CDK need.

Usage: streamgauge init [FOLDER] [options]

Creates FOLDER if it is missing (default: this one). Never overwrites a file.

  --template NAME  What the project is about (default ${TEMPLATES[0]?.name}):
${TEMPLATES.map(({ name, summary }) => `                     ${name.padEnd(12)} ${summary}`).join('\n')}
  --yes            Ask no questions. There are none today, so scripts can give it safely.

Examples
  streamgauge init my-analytics
  streamgauge init --template sensors
`;

export const initCommand: Command = {
  name: 'init',
  help: HELP,
  options: INIT_OPTIONS,
  run: (args, io) => createProject(args, io, join(import.meta.dirname, '../..')),
};
