import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A service to test against: an emulator of its own, or what `AWS_ENDPOINT_URL` names, for all services. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

const ENDPOINT_URL = process.env.AWS_ENDPOINT_URL;
const load = createRequire(__filename);

/** Settings of a client that talks to an endpoint under test. */
export function clientSettings({ url }: { readonly url: string }, maxAttempts = 3) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  };
}

/**
 * Declares tests that need DynamoDB: on Linux and x64 against an emulator from npm, elsewhere in Docker. Where there is
 * neither, nor `AWS_ENDPOINT_URL`, it declares a single test instead, whose name says at the end of the run that the others
 * were not run.
 */
export function describeWithDynamoDb(name: string, declare: (endpoint: () => Endpoint) => void): void {
  const binary = dynoxideBinary();
  const start = binary !== null ? () => startDynoxide(binary) : hasDocker() ? startDynamoDbInDocker : null;
  if (ENDPOINT_URL === undefined && start === null) {
    const here = `${process.platform} ${process.arch}`;
    test(`NOT RUN: ${name}: there is no DynamoDB emulator for ${here} and no Docker; set AWS_ENDPOINT_URL`, () => {
      expect(start).toBeNull();
    });
    return;
  }
  describeWith(name, start ?? startDynamoDbInDocker, declare);
}

export function describeWithSqsAndS3(name: string, declare: (endpoint: () => Endpoint) => void): void {
  describeWith(name, startFauxqs, declare);
}

export function describeWithKinesis(name: string, declare: (endpoint: () => Endpoint) => void): void {
  describeWith(name, startKinesalite, declare);
}

function describeWith(name: string, start: () => Promise<Endpoint>, declare: (endpoint: () => Endpoint) => void): void {
  describe(name, () => {
    let endpoint: Endpoint | undefined;
    beforeAll(async () => {
      endpoint = ENDPOINT_URL === undefined ? await start() : { url: ENDPOINT_URL, close: async () => {} };
    });
    afterAll(() => endpoint?.close());
    declare(() => {
      if (endpoint === undefined) throw new Error('The endpoint is there only inside of tests and hooks.');
      return endpoint;
    });
  });
}

/** The binary is in an optional package for this platform; null where that was not installed. */
function dynoxideBinary(): string | null {
  try {
    return join(dirname(load.resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`)), 'dynoxide');
  } catch {
    return null;
  }
}

async function startDynoxide(binary: string): Promise<Endpoint> {
  let lastError: unknown;
  // Another process may take the free port before dynoxide does: then another one.
  for (let tries = 0; tries < 3; tries++) {
    const port = await freePort();
    const child = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
    const close = endOf(child);
    try {
      await untilItAnswers(port, child);
      return { url: `http://127.0.0.1:${port}`, close };
    } catch (error) {
      lastError = error;
      await close();
    }
  }
  throw new Error('The DynamoDB emulator did not start.', { cause: lastError });
}

const DYNAMODB_IMAGE = 'amazon/dynamodb-local:2.5.2';
const DYNAMODB_PORT = 8000;

function hasDocker(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

async function startDynamoDbInDocker(): Promise<Endpoint> {
  const { GenericContainer } = await import('testcontainers');
  const started = await new GenericContainer(DYNAMODB_IMAGE).withExposedPorts(DYNAMODB_PORT).start();
  const url = `http://${started.getHost()}:${started.getMappedPort(DYNAMODB_PORT)}`;
  return { url, close: async () => void (await started.stop()) };
}

async function startFauxqs(): Promise<Endpoint> {
  const script = join(dirname(__filename), 'fauxqs-process.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const close = endOf(child);
  for await (const url of createInterface({ input: child.stdout })) return { url, close };
  await close();
  throw new Error('The emulator of SQS and S3 ended before it listened.');
}

async function startKinesalite(): Promise<Endpoint> {
  const kinesalite = load('kinesalite') as (options: Record<string, number>) => Server;
  const server = kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 1000 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Ends a child by its pid; also where the tests' own process ends without having asked for it. */
function endOf(child: ChildProcess): () => Promise<void> {
  const kill = () => {
    child.kill();
  };
  process.once('exit', kill);
  return async () => {
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (child.exitCode !== null) throw new Error(`The emulator ended with exit code ${child.exitCode}.`);
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The emulator does not listen on port ${port}.`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
