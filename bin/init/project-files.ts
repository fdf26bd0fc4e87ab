import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SUPPORTED_NODE } from '../../contracts/supported-node.ts';
import { readme } from './readme.ts';
import { sampleLines } from './sample.ts';
import type { Template } from './templates.ts';

/** What a project needs to be worked on, beside streamgauge: the versions that the templates are tested with. */
export const DEVELOPMENT = { '@types/node': '^24.19.2', typescript: '^7.0.2' };

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    // Node runs the files as they are.
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
};

const IGNORED = ['node_modules/', '.streamgauge/', 'cdk.out/', 'out/'];

/**
 * The files of a new project, by their paths in it.
 *
 * @param root the folder of the package, with its package.json, cdk.json and `templates/`.
 */
export function projectFiles(folder: string, template: Template, root: string): ReadonlyMap<string, string> {
  const fromPackage = (path: string) => readFileSync(join(root, path), 'utf8');
  const { version } = JSON.parse(fromPackage('package.json')) as { readonly version: string };
  const { context } = JSON.parse(fromPackage('cdk.json')) as { readonly context: object };
  const name = packageName(folder);
  return new Map([
    ['package.json', json(packageJson(name, template, version))],
    ['pipeline.ts', fromPackage(`templates/${template.name}/pipeline.ts`)],
    ['pipeline.test.ts', fromPackage(`templates/${template.name}/pipeline.test.ts`)],
    ['data/sample.jsonl', lines(sampleLines(template))],
    ['tsconfig.json', json(TSCONFIG)],
    [
      'cdk.json',
      json({ app: 'node node_modules/streamgauge/bin/app.js', context: { pipeline: 'pipeline.ts', ...context } }),
    ],
    ['README.md', readme(name, template)],
    ['.gitignore', lines(IGNORED)],
  ]);
}

function packageJson(name: string, { stream }: Template, version: string): object {
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: SUPPORTED_NODE },
    scripts: {
      start: `streamgauge dev pipeline.ts --input ${stream}=data/sample.jsonl`,
      test: 'node --test *.test.ts',
      types: 'tsc',
    },
    dependencies: { streamgauge: `^${version}` },
    devDependencies: DEVELOPMENT,
  };
}

/** A name that npm takes, like the folder's. */
function packageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'my-analytics' : name;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
