import type { IncidentsAnswer, SilenceRequest, SilencesAnswer } from '../../../api/schemas/alerts.ts';
import type { Problem } from '../../../api/schemas/common.ts';
import type { PipelineDescription, SqlText } from '../../../api/schemas/pipeline.ts';
import type { GroupsPage, SeriesAnswer, TopAnswer, WindowsPage } from '../../../api/schemas/rows.ts';
import type { RedriveAnswer, SideOutputDetail, SideOutputsPage } from '../../../api/schemas/side-outputs.ts';

/** The API said no. `problem` has its heading and its sentence, which the page shows as they are. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Parameters of a question; null and undefined ones are left out, and those of a list are given several times. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

const LIVE_EVERY_MS = 1000;
const ASK_EVERY_MS = 5000;

/** What the page asks of the API. Paths are relative, so that it works behind any prefix. */
export class Api {
  readonly #base: string;
  readonly #fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** How often `live` says something: each second, or less often where it has to ask. */
  liveEveryMs = LIVE_EVERY_MS;

  constructor(send: (url: string, init?: RequestInit) => Promise<Response>, base = './api') {
    this.#fetch = send;
    this.#base = base;
  }

  pipeline(): Promise<PipelineDescription> {
    return this.#get('pipeline');
  }

  series(view: string, parameters: Parameters): Promise<SeriesAnswer> {
    return this.#get(`views/${encodeURIComponent(view)}/series`, parameters);
  }

  top(view: string, parameters: Parameters): Promise<TopAnswer> {
    return this.#get(`views/${encodeURIComponent(view)}/top`, parameters);
  }

  groups(view: string, parameters: Parameters): Promise<GroupsPage> {
    return this.#get(`views/${encodeURIComponent(view)}/groups`, parameters);
  }

  windows(view: string, parameters: Parameters): Promise<WindowsPage> {
    return this.#get(`views/${encodeURIComponent(view)}/windows`, parameters);
  }

  sql(view: string, dialect: string): Promise<SqlText> {
    return this.#get(`views/${encodeURIComponent(view)}/sql`, { dialect });
  }

  incidents(parameters: Parameters = {}): Promise<IncidentsAnswer> {
    return this.#get('alerts', parameters);
  }

  acknowledge(id: string, by: string, note: string): Promise<void> {
    return this.#send('POST', `alerts/${encodeURIComponent(id)}/acknowledgement`, { by, note });
  }

  silences(): Promise<SilencesAnswer> {
    return this.#get('silences');
  }

  silence(request: SilenceRequest): Promise<SilencesAnswer> {
    return this.#send('POST', 'silences', request);
  }

  endSilence(name: string): Promise<SilencesAnswer> {
    return this.#send('DELETE', `silences/${encodeURIComponent(name)}`);
  }

  /** The incident is open again. */
  takeBackAcknowledgement(id: string): Promise<void> {
    return this.#send('DELETE', `alerts/${encodeURIComponent(id)}/acknowledgement`);
  }

  sideOutputs(kind: string, parameters: Parameters): Promise<SideOutputsPage> {
    return this.#get(`events/${kind}`, parameters);
  }

  sideOutput(kind: string, id: string): Promise<SideOutputDetail> {
    return this.#get(`events/${kind}/${encodeURIComponent(id)}`);
  }

  /** With `isDryRun` nothing is sent: the answer says what would become of the events. Late ones need to be meant. */
  redrive(ids: readonly string[], isDryRun: boolean, isLate: boolean): Promise<RedriveAnswer> {
    return this.#send('POST', 'events/dead/redrive', { ids, dry_run: isDryRun, ...(isLate && { late: true }) });
  }

  /** Live events; where the server is made of functions, and none runs all the time, the overview again and again. */
  async *live(lastId: string | null, signal: AbortSignal): AsyncIterable<string> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastId !== null) headers['Last-Event-ID'] = lastId;
    const response = await this.#fetch(`${this.#base}/live`, { headers, signal, cache: 'no-store' });
    this.liveEveryMs = response.status === 404 ? ASK_EVERY_MS : LIVE_EVERY_MS;
    if (response.status === 404) {
      yield* this.#asked(signal);
      return;
    }
    if (!response.ok || response.body === null) throw await problemOf(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  /** As the events of a server would be. The browser asks with the ETag, and has the same text where nothing has changed. */
  async *#asked(signal: AbortSignal): AsyncIterable<string> {
    let before = '';
    for (;;) {
      const response = await this.#fetch(`${this.#base}/overview`, { signal, cache: 'no-cache' });
      if (!response.ok) throw await problemOf(response);
      const text = (await response.text()).trim();
      yield text === before ? ': nothing has changed\n\n' : `event: snapshot\ndata: ${text}\n\n`;
      before = text;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      if (signal.aborted) return;
    }
  }

  /** The address of a view's rows as a file. */
  rowsUrl(view: string, parameters: Parameters): string {
    return this.#url(`views/${encodeURIComponent(view)}/windows`, parameters);
  }

  async #get<T>(path: string, parameters: Parameters = {}): Promise<T> {
    // The browser keeps answers by their ETag: a window that is final is fetched once.
    const response = await this.#fetch(this.#url(path, parameters));
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as T;
  }

  #url(path: string, parameters: Parameters): string {
    const given = Object.entries(parameters).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
    );
    const query = new URLSearchParams(given).toString();
    return `${this.#base}/${path}${query === '' ? '' : `?${query}`}`;
  }

  async #send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#fetch(`${this.#base}/${path}`, {
      method,
      ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

async function problemOf(response: Response): Promise<ProblemError> {
  try {
    return new ProblemError((await response.json()) as Problem);
  } catch {
    const { status } = response;
    const title = `The server answered with ${status}`;
    return new ProblemError({ type: 'about:blank', title, status, detail: title, code: `http_${status}` });
  }
}
