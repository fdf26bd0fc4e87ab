import type { PageSignInConfig } from '../../../contracts/page-sign-in.ts';
import { challengeOf, randomText } from './pkce.ts';

/** What a session needs of the browser. */
export interface SessionPorts {
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** Of this tab alone, and gone with it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Where the page is. */
  readonly url: () => string;
  readonly leaveFor: (url: string) => void;
  /** Puts another address in place of this one, without a load. */
  readonly showUrl: (url: string) => void;
  readonly nowMs: () => number;
}

/** A sign-in under way: what the provider gives back, and what proves that we began it. */
interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** The part of the page that was open. */
  readonly hash: string;
}

const CONFIG = './sign-in.json';
const PENDING = 'streamgauge:sign-in';
const REFRESH = 'streamgauge:refresh';
const SIGNED_IN_AT = 'streamgauge:signed-in-at';
const SIGNED_OUT = 'streamgauge:signed-out';
/** A token that the API refuses so soon will not be taken after another sign-in either. */
const FRESH_MS = 60_000;

/**
 * Signs the reader in where the API asks for it, with code and PKCE at an OpenID Connect provider. A server that asks for no
 * sign-in, as the one of `npm start`, is never asked how it is done.
 *
 * The token is kept in memory, and what renews it in the storage of the tab: scripts of other sites cannot run here, so
 * nobody else reads it, and it ends with the tab. A cookie would be sent by whatever asks, also for other sites.
 */
export class Session {
  readonly #ports: SessionPorts;
  #token: string | null = null;
  #config: Promise<PageSignInConfig | null> | null = null;
  #renewing: Promise<boolean> | null = null;
  /** Why nobody is signed in, as a sentence; null where the reader is, need not be, or is on the way. */
  problem: string | null = null;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  get isSignedIn(): boolean {
    return this.#token !== null;
  }

  /** Asks the API. Where it wants a sign-in the page is left for the provider, unless what the tab keeps renews the token. */
  fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const asked = this.#token;
    const response = await this.#send(url, init);
    if (response.status !== 401) return response;
    if (asked !== null && asked === this.#token) this.#token = null;
    if (this.#token === null) {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = null;
      });
      if (!(await this.#renewing)) return response;
    }
    return this.#send(url, init);
  };

  /** Ends a sign-in that the provider has sent the reader back from. To be called before anything is asked. */
  async finish(): Promise<void> {
    const { storage, url, showUrl } = this.#ports;
    const here = new URL(url());
    const [code, state, error] = ['code', 'state', 'error'].map((name) => here.searchParams.get(name));
    const pending = readPending(storage.getItem(PENDING));
    if (state == null || pending === null || state !== pending.state) return;
    storage.removeItem(PENDING);
    showUrl(`${pageUrl(here)}${pending.hash}`);
    if (error != null) {
      this.problem = `The sign-in failed: ${here.searchParams.get('error_description') ?? error}.`;
      return;
    }
    const parameters = { grant_type: 'authorization_code', code: code ?? '', code_verifier: pending.verifier };
    if (await this.#askToken({ ...parameters, redirect_uri: pageUrl(here) })) return;
    this.problem = 'The sign-in failed: the provider gave no token.';
  }

  /** Leaves the page for the provider's. */
  signIn = async (): Promise<void> => {
    const { storage, url, leaveFor } = this.#ports;
    const config = await this.#readConfig();
    if (config === null) return;
    storage.removeItem(SIGNED_OUT);
    const here = new URL(url());
    const pending: Pending = { state: randomText(16), verifier: randomText(), hash: here.hash };
    storage.setItem(PENDING, JSON.stringify(pending));
    const there = new URL(config.authorize);
    const parameters = {
      response_type: 'code',
      client_id: config.client,
      redirect_uri: pageUrl(here),
      scope: config.scope,
      state: pending.state,
      code_challenge: await challengeOf(pending.verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) there.searchParams.set(name, value);
    leaveFor(there.href);
  };

  /** Forgets the reader, and loads the page anew: nothing of what was seen stays. The provider may still know the reader. */
  signOut = (): void => {
    const { storage, url, leaveFor } = this.#ports;
    this.#token = null;
    for (const name of [REFRESH, SIGNED_IN_AT, PENDING]) storage.removeItem(name);
    storage.setItem(SIGNED_OUT, 'yes');
    leaveFor(pageUrl(new URL(url())));
  };

  #send(url: string, init: RequestInit): Promise<Response> {
    if (this.#token === null) return this.#ports.fetch(url, init);
    return this.#ports.fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.#token}` } });
  }

  /** False where there is no token, and the reader is on the way to the provider if that can help. */
  async #renew(): Promise<boolean> {
    const { storage, nowMs } = this.#ports;
    if (storage.getItem(SIGNED_OUT) !== null) {
      this.problem = 'You have signed out here. The provider may still know you.';
      return false;
    }
    const refresh = storage.getItem(REFRESH);
    if (refresh !== null) {
      storage.removeItem(REFRESH);
      if (await this.#askToken({ grant_type: 'refresh_token', refresh_token: refresh }, refresh)) return true;
    }
    if (this.problem !== null) return false;
    if (nowMs() - Number(storage.getItem(SIGNED_IN_AT) ?? 0) < FRESH_MS) {
      this.problem = 'The API does not take the token of this sign-in: its issuer or audience may be another one.';
      return false;
    }
    await this.signIn();
    return false;
  }

  /** Whether the provider gave a token. `refresh` renews the next one where the answer brings no other. */
  async #askToken(parameters: Readonly<Record<string, string>>, refresh: string | null = null): Promise<boolean> {
    const { fetch, storage, nowMs } = this.#ports;
    const config = await this.#readConfig();
    if (config === null) return false;
    const body = new URLSearchParams({ ...parameters, client_id: config.client });
    let answer: Readonly<Record<string, unknown>>;
    try {
      const response = await fetch(config.token, { method: 'POST', body });
      if (!response.ok) return false;
      answer = (await response.json()) as Readonly<Record<string, unknown>>;
    } catch {
      return false;
    }
    const token = config.sends === 'id' ? answer.id_token : answer.access_token;
    if (typeof token !== 'string') return false;
    this.#token = token;
    this.problem = null;
    const next = typeof answer.refresh_token === 'string' ? answer.refresh_token : refresh;
    if (next !== null) storage.setItem(REFRESH, next);
    if (refresh === null) storage.setItem(SIGNED_IN_AT, String(nowMs()));
    return true;
  }

  /** Null where the server does not say how to sign in. */
  #readConfig(): Promise<PageSignInConfig | null> {
    this.#config ??= this.#loadConfig();
    return this.#config;
  }

  async #loadConfig(): Promise<PageSignInConfig | null> {
    const response = await this.#ports.fetch(CONFIG);
    if (response.ok) return (await response.json()) as PageSignInConfig;
    this.problem = 'The server asks for a sign-in, and does not say where.';
    return null;
  }
}

/** The page's own address, as the provider knows it: without part, parameters and file. */
function pageUrl(here: URL): string {
  return new URL('./', `${here.origin}${here.pathname}`).href;
}

function readPending(text: string | null): Pending | null {
  return text === null ? null : (JSON.parse(text) as Pending);
}
