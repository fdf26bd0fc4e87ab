import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BuiltFile } from '../../contracts/built-page.ts';
import { AwsCallError } from './errors.ts';

/** The bucket that the live page is served from. Nothing else lies in it. */
export class S3PageFiles {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put({ name, type, cacheControl, bytes }: BuiltFile): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: name,
        Body: bytes,
        ContentType: type,
        CacheControl: cacheControl,
      }),
    );
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ...(token !== undefined && { ContinuationToken: token }) }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) names.push(Key);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return names;
  }

  /** @throws AwsCallError where S3 kept one of them. */
  async remove(names: readonly string[]): Promise<void> {
    for (let at = 0; at < names.length; at += MOST_AT_ONCE) {
      const Objects = names.slice(at, at + MOST_AT_ONCE).map((Key) => ({ Key }));
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first === undefined) continue;
      throw new AwsCallError(
        `S3 kept ${Errors.length} of ${Objects.length} files of the page, the first of them ${first.Key}: ${first.Code} ${first.Message}. Delete them by hand, or deploy again.`,
      );
    }
  }
}

/** S3's own limit. */
const MOST_AT_ONCE = 1000;
