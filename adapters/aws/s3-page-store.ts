import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { PAGES_PREFIX } from '../../contracts/object-keys.ts';
import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import { assertKey } from '../../engine/ports/commit-size.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';
import { errorName, sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';

export interface S3PageStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** S3's own limit. */
const KEYS_PER_DELETE = 1000;
const CONCURRENT_DELETES = 4;

/** Pages as objects, under `pages/partition/sort`. S3 shows a write to every read that begins after it. */
export class S3PageStore implements PageStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: S3PageStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async get({ key, bytes }: PageRef): Promise<Uint8Array | null> {
    const name = objectKey(key);
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
      const page = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return page.length === bytes ? page : null;
    } catch (error) {
      if (errorName(error) === 'NoSuchKey') return null;
      if (isDenied(error) && (await this.#isAbsent(name))) return null;
      throw this.#failure('Reading', name, error);
    }
  }

  async put(key: ItemKey, bytes: Uint8Array): Promise<void> {
    assertKey(key);
    const name = objectKey(key);
    await this.#client
      .send(new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: bytes }))
      .catch((error: unknown) => {
        throw this.#failure('Writing', name, error);
      });
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    const names = [...new Set(pages.map(({ key }) => objectKey(key)))];
    await mapSettled(chunksOf(names, KEYS_PER_DELETE), CONCURRENT_DELETES, (chunk) => this.#deleteBatch(chunk));
  }

  async list(partition: string): Promise<readonly PageRef[]> {
    const prefix = partitionPrefix(partition);
    const pages: PageRef[] = [];
    let token: string | undefined;
    do {
      const page = await this.#listOnce(prefix, token);
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        pages.push({ key: { partition, sort: decodeURIComponent(Key.slice(prefix.length)) }, bytes: Size });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return pages;
  }

  /**
   * S3 tells that there is no object only to who may list the whole bucket. The functions may list `pages/` alone, and are
   * told that they have no access: the list says what that means.
   */
  async #isAbsent(name: string): Promise<boolean> {
    const { Contents = [] } = await this.#listOnce(name, undefined);
    return !Contents.some(({ Key }) => Key === name);
  }

  #listOnce(prefix: string, token: string | undefined) {
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: prefix,
      ...(token !== undefined && { ContinuationToken: token }),
    });
    return this.#client.send(command).catch((error: unknown) => {
      throw this.#failure('Listing', prefix, error);
    });
  }

  async #deleteBatch(names: readonly string[]): Promise<void> {
    const command = new DeleteObjectsCommand({
      Bucket: this.#bucket,
      Delete: { Objects: names.map((Key) => ({ Key })), Quiet: true },
    });
    const { Errors = [] } = await this.#client.send(command).catch((error: unknown) => {
      throw failure(`Removing ${names.length} pages from s3://${this.#bucket}`, error);
    });
    const [first] = Errors;
    if (first === undefined) return;
    throw new AwsCallError(
      `Removing ${Errors.length} of ${names.length} pages from s3://${this.#bucket}, first ${first.Key}, failed with ${first.Code}: ${first.Message}`,
    );
  }

  #failure(doing: string, name: string, error: unknown): Error {
    return failure(`${doing} s3://${this.#bucket}/${name}`, error);
  }
}

function failure(doing: string, error: unknown): Error {
  if (SLOW_DOWN.has(errorName(error))) {
    return new StoreError('throttled', `${doing} was throttled: try again later.`, { cause: error });
  }
  const advice = isDenied(error) ? " Check the permissions of the function's role." : '';
  return new AwsCallError(`${doing} failed with ${sentence(error)}${advice}`, { cause: error });
}

const SLOW_DOWN: ReadonlySet<string> = new Set(['SlowDown', 'ServiceUnavailable']);

function isDenied(error: unknown): boolean {
  return errorName(error) === 'AccessDenied';
}

function objectKey({ partition, sort }: ItemKey): string {
  return partitionPrefix(partition) + encodeURIComponent(sort);
}

/** Encoded, so that no partition is a part of another, and a sort key has no folders. */
function partitionPrefix(partition: string): string {
  return `${PAGES_PREFIX}${encodeURIComponent(partition)}/`;
}
