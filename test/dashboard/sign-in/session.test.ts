import { createHash } from 'node:crypto';
import type { PageSignInConfig } from '../../../contracts/page-sign-in.ts';
import { Session } from '../../../dashboard/src/sign-in/session.ts';

const CONFIG: PageSignInConfig = {
  authorize: 'https://login.test/oauth2/authorize',
  token: 'https://login.test/oauth2/token',
  client: 'page',
  scope: 'openid',
  sends: 'access',
};

/** A browser tab, the page's server, and a provider that gives a token for each code that it gave itself. */
class World {
  url = 'https://page.test/#/views/a';
  nowMs = 1_000_000;
  left: string | null = null;
  readonly kept = new Map<string, string>();
  readonly asked: string[] = [];
  /** Tokens that the API takes. */
  readonly taken = new Set<string>();
  config: PageSignInConfig | null = CONFIG;
  asksForSignIn = true;
  refuses = false;
  #challenge = '';
  #tokens = 0;
  session = this.open();

  /** A page that is loaded anew, in the same tab. */
  open(): Session {
    this.session = new Session({
      fetch: (url, init) => this.#fetch(url, init),
      storage: {
        getItem: (name) => this.kept.get(name) ?? null,
        setItem: (name, value) => void this.kept.set(name, value),
        removeItem: (name) => void this.kept.delete(name),
      },
      url: () => this.url,
      leaveFor: (url) => {
        this.left = url;
      },
      showUrl: (url) => {
        this.url = url;
      },
      nowMs: () => this.nowMs,
    });
    return this.session;
  }

  async ask(): Promise<number> {
    return (await this.session.fetch('./api/overview', { headers: { Accept: 'application/json' } })).status;
  }

  /** The reader signs in at the provider, which sends them back. */
  async signInAtProvider(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const there = new URL(this.left ?? '');
    this.left = null;
    this.#challenge = there.searchParams.get('code_challenge') ?? '';
    const back = new URL(there.searchParams.get('redirect_uri') ?? '');
    const parameters = { code: 'c1', state: there.searchParams.get('state') ?? '', ...changes };
    for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value);
    this.url = back.href;
    await this.open().finish();
  }

  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    if (url === './sign-in.json') {
      this.asked.push('config');
      return this.config === null ? new Response('', { status: 404 }) : Response.json(this.config);
    }
    if (url === CONFIG.token) return this.#token(init.body as URLSearchParams);
    const { Authorization, Accept } = init.headers as Record<string, string | undefined>;
    expect(Accept).toBe('application/json');
    this.asked.push(`api ${Authorization ?? 'without a token'}`);
    const isLetIn = !this.asksForSignIn || (!this.refuses && this.taken.has(Authorization ?? ''));
    return new Response('{}', { status: isLetIn ? 200 : 401 });
  }

  #token(body: URLSearchParams): Response {
    const given = Object.fromEntries(body);
    this.asked.push(`token for ${given.grant_type}`);
    expect(given.client_id).toBe('page');
    if (given.grant_type === 'authorization_code') {
      expect(given.redirect_uri).toBe('https://page.test/');
      const proof = createHash('sha256').update(String(given.code_verifier)).digest('base64url');
      if (given.code !== 'c1' || proof !== this.#challenge) return new Response('{}', { status: 400 });
    } else if (given.refresh_token !== `r${this.#tokens}`) return new Response('{}', { status: 400 });
    const n = ++this.#tokens;
    this.taken.add(`Bearer a${n}`).add(`Bearer i${n}`);
    return Response.json({ access_token: `a${n}`, id_token: `i${n}`, refresh_token: `r${n}` });
  }
}

test('a server that asks for no sign-in is never asked how it is done', async () => {
  const world = new World();
  world.asksForSignIn = false;
  await world.session.finish();
  expect(await world.ask()).toBe(200);
  expect(world.asked).toEqual(['api without a token']);
});

test('the reader is sent to the provider with a challenge, and comes back to what was open, signed in', async () => {
  const world = new World();
  expect(await world.ask()).toBe(401);
  const there = new URL(world.left ?? '');
  expect(Object.fromEntries(there.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'page',
    redirect_uri: 'https://page.test/',
    scope: 'openid',
    state: expect.stringMatching(/^[\w-]{22}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  await world.signInAtProvider();
  expect(world.url).toBe('https://page.test/#/views/a');
  expect(await world.ask()).toBe(200);
  expect(world.asked.slice(-2)).toEqual(['token for authorization_code', 'api Bearer a1']);
  expect([...world.kept.keys()]).not.toContain('streamgauge:sign-in');
});

test('the ID token is sent where the provider says so', async () => {
  const world = new World();
  world.config = { ...CONFIG, sends: 'id' };
  await world.ask();
  await world.signInAtProvider();
  expect(await world.ask()).toBe(200);
  expect(world.asked.at(-1)).toBe('api Bearer i1');
});

test('a code that we did not ask for is not used', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider({ state: 'of-somebody-else' });
  expect(world.asked).not.toContain('token for authorization_code');
  expect(world.session.isSignedIn).toBe(false);
});

test('a token that has ended is renewed once, whatever asks at the same time', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider();
  world.taken.clear();
  expect(await Promise.all([world.ask(), world.ask(), world.ask()])).toEqual([200, 200, 200]);
  expect(world.asked.filter((each) => each === 'token for refresh_token')).toHaveLength(1);
  expect(world.left).toBeNull();
});

test('a page that is loaded again goes on with what the tab keeps', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider();
  await world.open().finish();
  expect(await world.ask()).toBe(200);
  expect(world.left).toBeNull();
});

test('where nothing renews the token the reader signs in again', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider();
  world.taken.clear();
  world.kept.set('streamgauge:refresh', 'of another day');
  world.nowMs += 3_600_000;
  expect(await world.ask()).toBe(401);
  expect(world.left).toContain('https://login.test/oauth2/authorize?');
});

test('a fresh token that the API refuses is said, and not asked for for ever', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider();
  world.refuses = true;
  world.kept.delete('streamgauge:refresh');
  expect(await world.ask()).toBe(401);
  expect(world.left).toBeNull();
  expect(world.session.problem).toContain('does not take the token');
});

test('what the provider refuses is said in its words', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider({ error: 'access_denied', error_description: 'User is disabled' });
  expect(world.session.problem).toBe('The sign-in failed: User is disabled.');
  expect(await world.ask()).toBe(401);
  expect(world.left).toBeNull();
});

test('a server that does not say where to sign in is named as the problem', async () => {
  const world = new World();
  world.config = null;
  expect(await world.ask()).toBe(401);
  expect(world.session.problem).toBe('The server asks for a sign-in, and does not say where.');
});

test('who signs out stays signed out in this tab, also after a load, until they sign in again', async () => {
  const world = new World();
  await world.ask();
  await world.signInAtProvider();
  expect(await world.ask()).toBe(200);
  world.session.signOut();
  // The address without its part is loaded anew.
  expect(world.left).toBe('https://page.test/');
  world.left = null;
  world.url = 'https://page.test/';
  world.open();
  expect([await world.ask(), world.left]).toEqual([401, null]);
  expect(world.session.problem).toContain('signed out');
  await world.session.signIn();
  await world.signInAtProvider();
  expect([await world.ask(), world.session.problem]).toEqual([200, null]);
});
