import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LONGEST_ANSWER_MS } from '../../adapters/aws/cloudformation-answer.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { BuiltFile, BuiltPage } from '../../contracts/built-page.ts';
import { PAGE_SIGN_IN_FILE } from '../../contracts/page-sign-in.ts';
import type { Log } from '../shared/log.ts';
import { limitCalls, type Timed } from '../shared/time-limit.ts';

export interface PageDeps {
  readonly page: BuiltPage | null;
  readonly bucket: {
    put(file: BuiltFile): Promise<void>;
    names(): Promise<readonly string[]>;
    remove(names: readonly string[]): Promise<void>;
  };
  /** Brings the answer to where CloudFormation waits for it. */
  readonly answer: (event: CloudFormationCustomResourceEvent, answer: ResourceAnswer) => Promise<void>;
  readonly log: Log;
  readonly budget: TimeBudget;
}

interface ResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
}

/**
 * Puts the files of the live page into its bucket with each deployment that changes them, and takes them out when it goes.
 * Files come before the one that names them, and those of the page before go last: whoever opens it meanwhile sees the one
 * or the other, whole.
 */
export function makeHandler({ page, bucket, answer, log, budget }: PageDeps) {
  return async (event: CloudFormationCustomResourceEvent, invocation?: Timed): Promise<void> => {
    limitCalls(budget, invocation, LONGEST_ANSWER_MS + 1000);
    await answer(event, await answerTo(event, page, bucket, log));
  };
}

async function answerTo(
  { RequestType, ResourceProperties }: CloudFormationCustomResourceEvent,
  page: BuiltPage | null,
  bucket: PageDeps['bucket'],
  log: Log,
): Promise<ResourceAnswer> {
  try {
    if (RequestType === 'Delete') {
      await bucket.remove(await bucket.names());
      return { Status: 'SUCCESS', Reason: 'The page is gone.' };
    }
    if (page === null) return { Status: 'FAILED', Reason: 'The function has no files of the page: deploy it again.' };
    const files = [signInFile(String(ResourceProperties.SignIn)), ...indexLast(page.files)];
    for (const file of files) await bucket.put(file);
    const kept = new Set(files.map(({ name }) => name));
    await bucket.remove((await bucket.names()).filter((name) => !kept.has(name)));
    log.info('The page is deployed.', { files: files.length, build: page.build });
    return { Status: 'SUCCESS', Reason: `The page has ${files.length} files.` };
  } catch (error) {
    log.error('The page could not be deployed.', { error });
    return { Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) };
  }
}

function signInFile(json: string): BuiltFile {
  return { name: PAGE_SIGN_IN_FILE, type: 'application/json', cacheControl: 'no-cache', bytes: Buffer.from(json) };
}

function indexLast(files: readonly BuiltFile[]): readonly BuiltFile[] {
  const isIndex = ({ name }: BuiltFile) => name === 'index.html';
  return [...files.filter((file) => !isIndex(file)), ...files.filter(isIndex)];
}
