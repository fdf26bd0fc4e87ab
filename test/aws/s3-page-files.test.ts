import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3PageFiles } from '../../adapters/aws/s3-page-files.ts';
import type { BuiltFile } from '../../contracts/built-page.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithSqsAndS3 } from './emulators.ts';

const file = (name: string): BuiltFile => ({
  name,
  type: 'text/javascript; charset=utf-8',
  cacheControl: 'public, max-age=31536000, immutable',
  bytes: Buffer.from(name),
});

describeWithSqsAndS3('the files of the page in S3', (endpoint) => {
  async function emptyBucket() {
    const client = new S3Client({ ...clientSettings(endpoint()), forcePathStyle: true });
    const bucket = fresh('page').toLowerCase();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return { client, bucket, files: new S3PageFiles(client, bucket) };
  }

  test('are put with what browsers are told of them', async () => {
    const { client, bucket, files } = await emptyBucket();
    await files.put(file('assets/index-1.js'));
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'assets/index-1.js' }));
    expect(head).toMatchObject({
      ContentType: 'text/javascript; charset=utf-8',
      CacheControl: 'public, max-age=31536000, immutable',
      ContentLength: 17,
    });
  });

  test('are listed, and removed by name, however many', async () => {
    const { files } = await emptyBucket();
    for (const name of ['index.html', 'assets/a.js', 'assets/b.js']) await files.put(file(name));
    expect([...(await files.names())].sort()).toEqual(['assets/a.js', 'assets/b.js', 'index.html']);
    await files.remove(['assets/a.js', 'index.html']);
    expect(await files.names()).toEqual(['assets/b.js']);
    await files.remove([]);
    expect(await files.names()).toEqual(['assets/b.js']);
  });
});
