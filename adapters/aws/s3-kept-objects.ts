import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { errorName } from './aws-errors.ts';
import { SideOutputError } from './side-output-error.ts';

export interface KeptObject {
  readonly key: string;
  /** When it was written, which is after its events arrived. */
  readonly writtenMs: number;
  /** Another one with each content. */
  readonly tag: string;
}

/** Reads the bucket of what went into no window. */
export class S3KeptObjects {
  readonly #client: S3Client;
  readonly bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.bucket = bucket;
  }

  /** The objects under a prefix in the order of their keys, a page at a time, from behind `after`. */
  async *list(prefix: string, after: string | null): AsyncGenerator<readonly KeptObject[]> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: prefix,
        ...(after === null ? {} : { StartAfter: after }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      const page = await this.#client.send(command).catch((error) => {
        throw new SideOutputError(`Listing s3://${this.bucket}/${prefix}`, error);
      });
      yield (page.Contents ?? []).map(({ Key = '', LastModified, ETag = '' }) => ({
        key: Key,
        tag: ETag,
        writtenMs: LastModified?.getTime() ?? Number.POSITIVE_INFINITY,
      }));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async has(key: string): Promise<boolean> {
    for await (const page of this.list(key, null)) return page.some((object) => object.key === key);
    return false;
  }

  /** Null where there is no such object. */
  async read(key: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (errorName(error) === 'NoSuchKey') return null;
      throw new SideOutputError(`Reading s3://${this.bucket}/${key}`, error);
    }
  }
}
