import { systemClock } from '../../adapters/system-clock.ts';
import type { ClientOptions } from '../../client/index.ts';
import { type CommandIo, UsageError } from './command.ts';

const TOKEN = 'STREAMGAUGE_TOKEN';

const EXECUTE_API = /^[a-z0-9]+(?:-vpce-[a-z0-9]+)?\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** A token in the header, or a signature; nothing for a server of one machine. Neither goes where others can read it. */
export function signIn({ protocol, hostname }: URL, env: CommandIo['env']): Pick<ClientOptions, 'fetch' | 'headers'> {
  const token = env[TOKEN] ?? '';
  if (token !== '') {
    if (protocol !== 'https:' && !isLoopback(hostname)) {
      throw new UsageError(
        `${TOKEN} is set, and ${hostname} is asked over http, where others can read it: give an https address, or unset ${TOKEN}.`,
      );
    }
    return { headers: { Authorization: `Bearer ${token}` } };
  }
  const [, region] = EXECUTE_API.exec(hostname) ?? [];
  return region === undefined || protocol !== 'https:' ? {} : { fetch: signedFetch(region) };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The AWS SDK, which finds the credentials, is loaded with the first request. */
function signedFetch(region: string): (request: Request) => Promise<Response> {
  let credentials: ReturnType<typeof findCredentials> | undefined;
  return async (request) => {
    credentials ??= findCredentials(region);
    const { signRequest } = await import('../../adapters/aws/sign-request.ts');
    const options = { service: 'execute-api', region, credentials: await credentials, clock: systemClock };
    return fetch(await signRequest(request, options));
  };
}

async function findCredentials(region: string) {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  return new CloudFormationClient({ region }).config.credentials;
}
