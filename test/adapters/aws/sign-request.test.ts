import { type SigningOptions, signRequest } from '../../../adapters/aws/sign-request.ts';

/** Of AWS's own documents. */
const EXAMPLE: SigningOptions = {
  service: 'iam',
  region: 'us-east-1',
  credentials: async () => ({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  }),
  clock: { nowMs: () => Date.UTC(2015, 7, 30, 12, 36) },
};

const signatureOf = (request: Request) =>
  /Signature=([0-9a-f]{64})$/.exec(request.headers.get('authorization') ?? '')?.[1];

test("the example of AWS's documents has the signature that they give", async () => {
  const signed = await signRequest(
    new Request('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08', {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    }),
    EXAMPLE,
  );
  expect(signed.headers.get('authorization')).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  );
  expect(signed.headers.get('x-amz-date')).toBe('20150830T123600Z');
});

describe('a signature', () => {
  const of = async (url: string, init: RequestInit = {}, options: Partial<SigningOptions> = {}) =>
    signatureOf(await signRequest(new Request(url, init), { ...EXAMPLE, ...options }));

  test('is of the method, the path, the parameters in any order, the body and the time', async () => {
    const url = 'https://a.execute-api.eu-west-1.amazonaws.com/api/x?b=2&a=1';
    const signature = await of(url);
    expect(await of('https://a.execute-api.eu-west-1.amazonaws.com/api/x?a=1&b=2')).toBe(signature);
    const others = [
      await of(`${url}1`),
      await of(url.replace('/x', '/y')),
      await of(url, { method: 'DELETE' }),
      await of(url, { method: 'POST', body: '{}' }),
      await of(url, { method: 'POST', body: '{ }' }),
      await of(url, {}, { clock: { nowMs: () => 0 } }),
      await of(url, {}, { region: 'eu-west-1' }),
    ];
    expect(new Set([signature, ...others]).size).toBe(others.length + 1);
  });

  test('comes with the token of a session, and leaves the body to be sent', async () => {
    const request = new Request('https://a.test/api/alerts/a%2Fb', { method: 'POST', body: '{"by":"ann"}' });
    const credentials = async () => ({ ...(await EXAMPLE.credentials()), sessionToken: 'token' });
    const signed = await signRequest(request, { ...EXAMPLE, credentials });
    expect(signed.headers.get('x-amz-security-token')).toBe('token');
    expect(signed.headers.get('authorization')).toContain('x-amz-security-token');
    expect(await signed.text()).toBe('{"by":"ann"}');
  });
});
