import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Functions that publish alerts hold three clients more than the others: about 160 KB. */
const MAX_BUNDLE_BYTES = 1_200_000;

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
const { handler } = require(process.argv[1]);
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
      const code = await readFile(join(bundle, 'index.js'), 'utf8');
      expect(code.length).toBeLessThan(MAX_BUNDLE_BYTES);
      expect(importsOf(code).filter((name) => !isThere(name))).toEqual([]);
      // From a folder without node_modules. Nothing listens at the endpoint, and a sweep gives up on it.
      const { stdout, stderr } = await runNode(['-e', LOAD, join(bundle, 'index.js')], ENVIRONMENT);
      expect(stderr).toBe('');
      return stdout.trim().split('\n').at(-1);
    }),
  );
  expect(answers.sort()).toEqual([
    'The answer for undefined did not reach CloudFormation in 3 attempts.',
    'The sweep of 1 of 1 streams failed.',
    'null',
    '{"batchItemFailures":[]}',
    '{"batchItemFailures":[]}',
    '{"records":[]}',
    expect.stringContaining('"statusCode":404'),
  ]);
});

/** Modules that a bundle still asks for when it runs. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map((match) => match[1] as string);
}

/** The SDK asks for the second only to sign for several regions at once, which nothing here does. */
function isThere(name: string): boolean {
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
