import { NotRunError } from './errors.ts';

/** The last version that needs no account. */
const IMAGE = 'localstack/localstack:4.14.0';
const SOCKET = '/var/run/docker.sock';

/**
 * Starts LocalStack in Docker and leaves it running when this process ends, until `stopContainer`.
 *
 * @throws NotRunError where there is no Docker.
 */
export async function startLocalStack(): Promise<{ readonly url: string; readonly container: string }> {
  // Without its watcher, which would remove the container at the end of this process.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  await requireDocker();
  const { LocalstackContainer } = await import('@testcontainers/localstack');
  const started = await new LocalstackContainer(IMAGE)
    // LocalStack runs each Lambda in a container beside its own.
    .withBindMounts([{ source: SOCKET, target: SOCKET }])
    .start();
  return { url: started.getConnectionUri(), container: started.getId() };
}

export async function stopContainer(id: string): Promise<void> {
  const client = await requireDocker();
  const container = client.container.getById(id);
  await client.container.stop(container);
  await client.container.remove(container, { removeVolumes: true });
}

async function requireDocker() {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    return await getContainerRuntimeClient();
  } catch (error) {
    throw new NotRunError(
      'There is no Docker here and AWS_ENDPOINT_URL is not set, so there is nothing to deploy to. Start Docker, or set AWS_ENDPOINT_URL to an endpoint that speaks the AWS API.',
      { cause: error },
    );
  }
}
