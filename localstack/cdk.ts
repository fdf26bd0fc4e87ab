import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CloudEndpoint, WORK_DIR } from './endpoint.ts';
import { LocalCloudError } from './errors.ts';
import { contextOf } from './products.ts';

/** What endpoints take for an account and its keys. Somebody's own keys are never used. */
export const LOCAL_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
} as const;

const ACCOUNT = '000000000000';
const LOG = join(WORK_DIR, 'cdk.log');
const OUTPUTS = join(WORK_DIR, 'outputs.json');

export type StackOutputs = Readonly<Record<string, string>>;

/** The CDK's own command line, with an endpoint in AWS's place. Everything it says goes into a log. */
export class Cdk {
  readonly #endpoint: CloudEndpoint;

  constructor(endpoint: CloudEndpoint) {
    this.#endpoint = endpoint;
  }

  bootstrap(): Promise<void> {
    return this.#run(['bootstrap', `aws://${ACCOUNT}/${LOCAL_ENVIRONMENT.AWS_REGION}`]);
  }

  /** Deploys the app of a pipeline file and gives the outputs of its stack. */
  async deploy(pipelineFile: string, settings: Readonly<Record<string, string>> = {}): Promise<StackOutputs> {
    const args = ['deploy', '--all', '--method=direct', '--require-approval=never', `--outputs-file=${OUTPUTS}`];
    await this.#run([...args, ...this.#context(pipelineFile, settings)]);
    const outputs = JSON.parse(await readFile(OUTPUTS, 'utf8')) as Record<string, StackOutputs>;
    const [stack] = Object.values(outputs);
    if (stack === undefined) throw new LocalCloudError('The deployment gave no outputs of a stack.');
    return stack;
  }

  destroy(pipelineFile: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.#run(['destroy', '--all', '--force', ...this.#context(pipelineFile, settings)]);
  }

  #context(pipelineFile: string, settings: Readonly<Record<string, string>>): string[] {
    const context = {
      pipeline: pipelineFile,
      dev: 'true',
      shards: '2',
      // An endpoint may write rows a hundred times slower than AWS. A call that cannot write the rows of one step begins
      // with the same again and again.
      finalizeTimeoutSeconds: '300',
      // As soon as Firehose delivers at all.
      bronzeBufferSeconds: '60',
      ...(this.#endpoint.product.hasHttpApis && { api: 'iam' }),
      ...contextOf(this.#endpoint.product),
      ...settings,
    };
    return Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  }

  async #run(args: readonly string[]): Promise<void> {
    await mkdir(WORK_DIR, { recursive: true });
    const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
    const log = createWriteStream(LOG, { flags: 'a' });
    log.write(`\ncdk ${args.join(' ')}\n`);
    const child = spawn(process.execPath, [cdk, ...args, '--no-notices', `--output=${join(WORK_DIR, 'cdk.out')}`], {
      env: {
        ...process.env,
        ...LOCAL_ENVIRONMENT,
        AWS_ENDPOINT_URL: this.#endpoint.url,
        AWS_ENDPOINT_URL_S3: this.#endpoint.url,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let tail = '';
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (data: Buffer) => {
        log.write(data);
        tail = (tail + data.toString()).slice(-TAIL);
      });
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    log.end();
    if (code !== 0) throw new LocalCloudError(`cdk ${args[0]} ended with ${code}; all of it is in ${LOG}.\n${tail}`);
  }
}

/** Characters of the CDK's output that are shown where it fails. */
const TAIL = 3000;

/** Forgets what earlier runs left behind. */
export function removeLog(): Promise<void> {
  return rm(LOG, { force: true });
}
