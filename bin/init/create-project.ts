import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { writeWhole } from '../../runtime/files/write-whole.ts';
import { parseArguments } from '../cli/arguments.ts';
import { type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { projectFiles } from './project-files.ts';
import { TEMPLATES, type Template } from './templates.ts';

export const INIT_OPTIONS = {
  template: { type: 'string', choices: TEMPLATES.map(({ name }) => name) },
  yes: { type: 'boolean' },
} as const;

/**
 * Makes a project: a pipeline, its test, sample events and what npm, TypeScript and CDK need.
 *
 * @param root the folder of the package that the templates lie in.
 * @throws UsageError where the arguments are wrong, or a file is already there. Then nothing is written.
 */
export async function createProject(
  args: readonly string[],
  { stdout }: Pick<CommandIo, 'stdout'>,
  root: string,
): Promise<number> {
  const { values, positionals } = parseArguments('init', args, INIT_OPTIONS);
  const [folder = '.', extra] = positionals;
  if (extra !== undefined)
    throw new UsageError(`streamgauge init makes one project, and does not know what to do with '${extra}'.`);
  const template = templateNamed(values.template ?? (TEMPLATES[0] as Template).name);
  const files = projectFiles(folder, template, root);
  refuseToOverwrite(folder, [...files.keys()]);
  for (const [path, text] of files) {
    await makeFolder(dirname(join(folder, path)));
    await writeWhole(join(folder, path), [text]);
  }
  stdout.write(nextSteps(folder, template, [...files.keys()]));
  return EXIT_OK;
}

function templateNamed(name: string): Template {
  const found = TEMPLATES.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = TEMPLATES.map((known) => known.name);
  throw new UsageError(`There is no template '${name}'.${didYouMean(name, names)} There are ${names.join(', ')}.`);
}

function refuseToOverwrite(folder: string, paths: readonly string[]): void {
  const there = paths.find((path) => existsSync(join(folder, path)));
  if (there === undefined) return;
  throw new UsageError(`${join(folder, there)} is already there, and nothing was written. Name a folder without it.`);
}

function nextSteps(folder: string, { name, summary }: Template, paths: readonly string[]): string {
  const inside = relative(process.cwd(), folder);
  const cd = inside === '' ? '' : `  cd ${inside}\n`;
  return `Made ${paths.length} files of the template ${name}: ${summary}.

${cd}  npm install
  npm start    shows windows filling and closing, and serves them on http://127.0.0.1:8787
  npm test     tests the pipeline

README.md says more.
`;
}
