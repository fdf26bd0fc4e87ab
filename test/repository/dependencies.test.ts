import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { packageManifest, type RepositoryManifest } from '../../scripts/package/manifest.ts';
import { ROOT } from './files.ts';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as RepositoryManifest;
/** Nothing imports it: it is started. */
const THREAD = 'runtime/chunk-thread.ts';
const BUILT_IN = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/** What is loaded with a file: an import or export that is not of types alone. */
const LOADED_WITH = /^\s*(?:import|export)\s+(?!type\b)(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
/** What is loaded when it is asked for. */
const LOADED_LATER = /(?:await|=>)\s+import\(\s*['"]([^'"]+)['"]/g;

/** The packages that a program loads, by the name of the file that does. `later` counts those that it loads when asked. */
function packagesOf(program: string, later: boolean): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = [join(ROOT, program)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const loaded = later ? [...code.matchAll(LOADED_WITH), ...code.matchAll(LOADED_LATER)] : code.matchAll(LOADED_WITH);
    for (const [, name = ''] of loaded) {
      if (name.startsWith('.')) waiting.push(join(dirname(file), name));
      else if (name.startsWith('#kinds/')) waiting.push(join(ROOT, 'engine', name.slice('#kinds/'.length), 'kinds.ts'));
      else if (!BUILT_IN.has(name)) found.set(packageOf(name), relative(ROOT, file));
    }
  }
  expect([...seen].filter((file) => !existsSync(file))).toEqual([]);
  return found;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function unlisted(packages: ReadonlyMap<string, string>, listed: object): string[] {
  return [...packages].filter(([name]) => !Object.hasOwn(listed, name)).map(([name, file]) => `${name}, in ${file}`);
}

test('the command line starts without any package', () => {
  expect([...packagesOf('bin/streamgauge.ts', false)]).toEqual([]);
});

test('a command starts with the dependencies alone: no tool of development is loaded with it', () => {
  const commands = globSync('bin/commands/**/*.ts', { cwd: ROOT });
  const packages = new Map([...commands, THREAD].flatMap((file) => [...packagesOf(file, false)]));
  expect([...packages.keys()]).toContain('typebox');
  expect(unlisted(packages, manifest.dependencies)).toEqual([]);
});

test('the package depends on all that its command line and its exports load', () => {
  const { dependencies, peerDependencies } = packageManifest(manifest) as unknown as RepositoryManifest;
  expect([...packagesOf('bin/streamgauge.ts', true).keys()]).toContain('@aws-sdk/client-kinesis');
  const exported = Object.values(manifest.exports).filter((file) => file.endsWith('.ts'));
  for (const program of ['bin/streamgauge.ts', 'bin/app.ts', THREAD, ...exported]) {
    expect(unlisted(packagesOf(program, true), { ...dependencies, ...peerDependencies })).toEqual([]);
  }
});
