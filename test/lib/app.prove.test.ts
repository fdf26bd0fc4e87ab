import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Of all files of a function, compressed as Lambda keeps them. Those that publish alerts hold three clients more. */
const MAX_COMPRESSED_BYTES = 400_000;
/** Of what a cold start reads: without the clients that come later. */
const MAX_READ_BYTES = 690_000;
/** Of aggregate and finalize, which events wait for. */
const MAX_READ_BEFORE_EVENTS = 590_000;
/** What these two answer. */
const NOTHING_FAILED = '{"batchItemFailures":[]}';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-app-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Runs the app as `cdk synth` does. */
function synthesize(
  name: string,
  context: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const cdk = { CDK_OUTDIR: join(folder, name), CDK_CONTEXT_JSON: JSON.stringify(context) };
  return runNode(['bin/app.ts'], { ...cdk, ...environment });
}

const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };

test('the app makes a stack of the pipeline that the context names', async () => {
  const { code, stderr } = await synthesize('plain', {
    ...UNBUNDLED,
    pipeline: 'pipelines/clickstream.ts',
    dev: 'true',
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const template = await readFile(join(folder, 'plain', 'Streamgauge-clickstream.template.json'), 'utf8');
  expect(Object.keys(JSON.parse(template).Outputs)).toContain('ClicksStreamName');
});

test.each([
  ['a setting that does not exist', { shrads: '4' }, "SettingsError: There is no setting 'shrads'."],
  ['a wrong value', { shards: 'many' }, `SettingsError: The setting 'shards' is "many":`],
  ['a file that does not exist', { pipeline: 'none.ts' }, 'PipelineFileError: There is no pipeline file none.ts.'],
  ['a file that is no pipeline', { pipeline: 'lib/names.ts' }, 'DefinitionError: lib/names.ts has no pipeline'],
])('%s ends the app with a sentence', async (_case, context, message) => {
  const { code, stderr } = await synthesize('wrong', { ...UNBUNDLED, ...context });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

const LOAD = `
const { handler } = await import(process.argv[1]);
handler({ Records: [], records: [] }, { getRemainingTimeInMillis: () => 60000 }).then(
  (answer) => console.log(JSON.stringify(answer ?? null)),
  (error) => console.log(error.message),
);
`;

test('the bundles hold all that they need, and answer', async () => {
  const context = { pipeline: 'pipelines/clickstream.ts', ingest: 'true' };
  // The test of the plain stack has had CDK validate the template, which takes seconds.
  expect(await synthesize('bundled', context, { CDK_VALIDATION: 'false' })).toMatchObject({ code: 0 });
  const files = await readdir(join(folder, 'bundled'));
  const bundles = files.filter((file) => file.startsWith('asset.')).map((file) => join(folder, 'bundled', file));
  expect(bundles).toHaveLength(7);
  const answers = await Promise.all(
    bundles.map(async (bundle) => {
      const files = await codeOf(bundle);
      const compressed = [...files.values()].reduce((sum, code) => sum + gzipSync(code).length, 0);
      expect(compressed).toBeLessThan(MAX_COMPRESSED_BYTES);
      const read = readAtStart(files).reduce((sum, code) => sum + code.length, 0);
      expect(read).toBeLessThan(MAX_READ_BYTES);
      for (const code of files.values()) expect(importsOf(code).filter((name) => !isThere(name, files))).toEqual([]);
      // From a folder without node_modules. Nothing listens at the endpoint, and a sweep gives up on it.
      const { stdout, stderr } = await runNode(
        ['--input-type=module', '-e', LOAD, join(bundle, 'index.js')],
        ENVIRONMENT,
      );
      expect(stderr).toBe('');
      const answer = stdout.trim().split('\n').at(-1);
      if (answer === NOTHING_FAILED) expect(read).toBeLessThan(MAX_READ_BEFORE_EVENTS);
      return answer;
    }),
  );
  expect(answers.sort()).toEqual([
    'The answer for undefined did not reach CloudFormation in 3 attempts.',
    'The sweep of 1 of 1 streams failed.',
    'null',
    NOTHING_FAILED,
    NOTHING_FAILED,
    '{"records":[]}',
    expect.stringContaining('"statusCode":404'),
  ]);
});

/** The files of a bundle, by name. */
async function codeOf(bundle: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(bundle)).filter((name) => name.endsWith('.js'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(bundle, name), 'utf8')] as const)),
  );
}

/** `index.js` and what it imports, and what that imports. */
function readAtStart(files: ReadonlyMap<string, string>): readonly string[] {
  const read = new Set(['index.js']);
  for (const name of read) {
    for (const [, imported = ''] of (files.get(name) ?? '').matchAll(/(?:from|import)"\.\/([^"]+)"/g))
      read.add(imported);
  }
  return [...read].map((name) => files.get(name) ?? '');
}

/** Modules that a file asks for when it runs. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:\b(?:require|import)\(|\bfrom|\bimport)"([@\w./#:-]+)"/g)].map(
    (match) => match[1] as string,
  );
}

/** The SDK asks for the last only to sign for several regions at once, which nothing here does. */
function isThere(name: string, files: ReadonlyMap<string, string>): boolean {
  if (name.startsWith('./')) return files.has(name.slice(2));
  return builtinModules.includes(name.replace(/^node:/, '')) || name === '@aws-sdk/signature-v4-crt';
}

/** As the stack sets it. */
const ENVIRONMENT = {
  STREAMGAUGE_STREAMS: '{"clicks":"shop-clicks"}',
  STREAMGAUGE_STATE_TABLE: 'state',
  STREAMGAUGE_RESULTS_TABLE: 'results',
  STREAMGAUGE_FINALIZE_QUEUE_URL: 'http://127.0.0.1:1/finalize.fifo',
  STREAMGAUGE_BUCKET: 'side-outputs',
  STREAMGAUGE_PAGES_BUCKET: 'pages',
  STREAMGAUGE_METRICS_NAME: 'Streamgauge-shop-Pipeline',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};
