import { parseArguments, wholeNumber } from '../bin/cli/arguments.ts';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from '../bin/cli/command.ts';
import { Cdk } from './cdk.ts';
import { LocalCloudTest, PIPELINE } from './e2e.ts';
import { type CloudEndpoint, closeEndpoint, openEndpoint } from './endpoint.ts';
import { LocalCloudError, NotRunError } from './errors.ts';
import { Report } from './report.ts';

const HELP = `Deploy streamgauge to an endpoint that speaks AWS's API, and test it there as a whole.

Usage: npm run localstack:up
       npm run localstack:deploy -- [--json]
       npm run localstack:e2e -- [--seed N] [--json]
       npm run localstack:down

  up      Start LocalStack in Docker, or look whether the endpoint of AWS_ENDPOINT_URL answers.
  deploy  Bootstrap it and deploy ${PIPELINE}, and print the outputs.
  e2e     Deploy, send 10,000 events, compare every row with DuckDB, deploy a change, compare again, remove all.
  down    Remove the container that 'up' or 'e2e' started.

  --seed N  of the events (1)
  --json    one JSON object at the end

With AWS_ENDPOINT_URL set nothing is started. Ends with 0 where all passed, 1 where something failed, 2 where it was called
wrongly, and 77 where there was nothing to run against: that is no success.

Examples
  npm run localstack:up && npm run localstack:e2e && npm run localstack:down
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run localstack:e2e
`;

/** As test programs say that a test was skipped. */
const EXIT_NOT_RUN = 77;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function e2e(seed: number, json: boolean): Promise<number> {
  const report = new Report(json ? () => undefined : say);
  const endpoint = await openEndpoint(process.env);
  if (!json) say(titleOf(endpoint));
  const onProgress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  };
  try {
    await new LocalCloudTest(endpoint, report, seed, onProgress).run();
  } catch (error) {
    // Steps are in the report with what went wrong; anything else is a fault of this program.
    if (report.outcome !== 'failed') throw error;
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
  const { product, version, url } = endpoint;
  if (json) say(JSON.stringify({ endpoint: { product: product.name, version, url }, steps: report.steps }));
  else say(report.summary);
  return report.outcome === 'passed' ? EXIT_OK : EXIT_FAILURE;
}

async function deploy(json: boolean): Promise<number> {
  const endpoint = await openEndpoint(process.env);
  const cdk = new Cdk(endpoint);
  await cdk.bootstrap();
  const outputs = await cdk.deploy(PIPELINE);
  if (json) say(JSON.stringify(outputs));
  else for (const [name, value] of Object.entries(outputs)) say(`${name} = ${value}`);
  return EXIT_OK;
}

async function up(): Promise<number> {
  say(titleOf(await openEndpoint(process.env)));
  return EXIT_OK;
}

async function down(): Promise<number> {
  say((await closeEndpoint()) ? 'The container is removed.' : 'No container was started, so none is removed.');
  return EXIT_OK;
}

function titleOf({ product, version, url, container }: CloudEndpoint): string {
  return `${product.name} ${version} at ${url}${container === null ? '' : `, container ${container.slice(0, 12)}`}`;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments('localstack', args, {
    seed: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const { json = false, help = false } = values;
  if (help) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const seed = wholeNumber(values.seed, '--seed', 1, 1, 1_000_000_000);
  switch (positionals.join(' ')) {
    case 'up':
      return up();
    case 'deploy':
      return deploy(json);
    case 'e2e':
      return e2e(seed, json);
    case 'down':
      return down();
    default:
      throw new UsageError(`'${positionals.join(' ')}' is none of up, deploy, e2e and down.`);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof NotRunError) return EXIT_NOT_RUN;
  if (error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof LocalCloudError) return EXIT_FAILURE;
  throw error;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOf(error);
  process.stderr.write(`${process.exitCode === EXIT_NOT_RUN ? 'Not run: ' : ''}${(error as Error).message}\n`);
}
