import { join } from 'node:path';
import { SUPPORTED_NODE } from '../../contracts/supported-node.ts';

/** What the repository's package.json says, as far as the package needs it. */
export interface RepositoryManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/**
 * What the package needs beside the repository's own dependencies. These are only what `npm start` needs, so that trying it takes
 * seconds; the command line loads the AWS SDK where a command is about AWS.
 */
const OF_AWS = [
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-kinesis',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sqs',
  '@smithy/node-http-handler',
];

/**
 * The package.json of the package. The repository's own cannot be it: there `streamgauge` stands for the sources, which
 * Node does not run below node_modules.
 */
export function packageManifest(repository: RepositoryManifest): Readonly<Record<string, unknown>> {
  const { name, version, description, license, exports, peerDependencies, peerDependenciesMeta } = repository;
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: ['./bin/**', './lambdas/**'],
    // `bin/launch.js` reads it.
    engines: { node: SUPPORTED_NODE },
    bin: { streamgauge: 'bin/launch.js' },
    exports: Object.fromEntries(Object.entries(exports).map(([path, file]) => [path, exportOf(file)])),
    // For the bundled handlers, and for what bundles leave out.
    imports: { '#engine/*': './engine/*', '#kinds/*': './engine/*/kinds.js' },
    dependencies: dependenciesOf(repository),
    peerDependencies,
    peerDependenciesMeta,
  };
}

function dependenciesOf({ dependencies, devDependencies }: RepositoryManifest): Readonly<Record<string, string>> {
  const needed = { ...dependencies, ...Object.fromEntries(OF_AWS.map((name) => [name, devDependencies[name]])) };
  const names = Object.keys(needed).sort();
  return Object.fromEntries(names.map((name) => [name, `^${needed[name]}`]));
}

function exportOf(file: string): unknown {
  if (!file.endsWith('.ts')) return file;
  const stem = file.slice(0, -'.ts'.length);
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}

/** The declarations that users see: one file an export. */
export function publicDeclarations({ exports }: RepositoryManifest, folder: string): readonly string[] {
  return Object.values(exports)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file.replace(/\.ts$/, '.d.ts')));
}
