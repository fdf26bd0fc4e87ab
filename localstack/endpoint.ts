import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { writeWhole } from '../runtime/files/write-whole.ts';
import { startLocalStack, stopContainer } from './container.ts';
import { LocalCloudError, NotRunError } from './errors.ts';
import { type Health, type Product, productOf } from './products.ts';

/** A place that speaks AWS's API and is not AWS. */
export interface CloudEndpoint {
  readonly url: string;
  readonly product: Product;
  readonly version: string;
  /** The container that was started for it; null where somebody else started the endpoint. */
  readonly container: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const WORK_DIR = '.streamgauge/localstack';
const KEPT = join(WORK_DIR, 'endpoint.json');

/**
 * The endpoint to deploy to: what `AWS_ENDPOINT_URL` names, else the one that `up` started, else a new container.
 *
 * @throws NotRunError where there is neither an endpoint nor Docker.
 */
export async function openEndpoint(environment: Environment): Promise<CloudEndpoint> {
  const given = environment.AWS_ENDPOINT_URL;
  if (given !== undefined && given !== '') return describe(localUrl(given), null);
  const kept = await readKept();
  if (kept !== null) return describe(kept.url, kept.container);
  const { url, container } = await startLocalStack();
  await makeFolder(WORK_DIR);
  await writeWhole(KEPT, [JSON.stringify({ url, container })]);
  return describe(url, container);
}

/** Stops the container that was started for an endpoint. False where there is none to stop. */
export async function closeEndpoint(): Promise<boolean> {
  const kept = await readKept();
  if (kept === null) return false;
  await stopContainer(kept.container);
  await rm(KEPT);
  return true;
}

/** @throws LocalCloudError where the address is AWS's own: the test makes and deletes stacks. */
export function localUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new LocalCloudError(`AWS_ENDPOINT_URL is '${text}': it must be a URL such as http://127.0.0.1:4566.`);
  }
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(url.hostname)) {
    throw new LocalCloudError(
      `AWS_ENDPOINT_URL is '${text}', which is AWS itself. This makes and deletes stacks: name an endpoint of your own.`,
    );
  }
  return text.replace(/\/$/, '');
}

async function describe(url: string, container: string | null): Promise<CloudEndpoint> {
  const health = await healthOf(url);
  return { url, product: productOf(health), version: health?.version ?? 'unknown', container };
}

async function healthOf(url: string): Promise<Health | null> {
  let response: Response;
  try {
    response = await fetch(`${url}/_localstack/health`, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new NotRunError(
      `Nothing answers at ${url}. Start the endpoint, or unset AWS_ENDPOINT_URL to have LocalStack started in Docker.`,
      { cause: error },
    );
  }
  // Not every endpoint has such a page.
  return response.ok ? ((await response.json().catch(() => null)) as Health | null) : null;
}

async function readKept(): Promise<{ readonly url: string; readonly container: string } | null> {
  try {
    return JSON.parse(await readFile(KEPT, 'utf8')) as { url: string; container: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
