import type { ViewDescription } from '../../api/schemas/pipeline.ts';
import { ApiError, type Client, createClient } from '../../client/index.ts';
import type { Pipeline } from '../../engine/dsl/pipeline.ts';
import { checkGroupFilter } from '../../engine/query/group-filter.ts';
import { type CommandIo, UsageError } from './command.ts';
import { noSuchView } from './find-view.ts';
import { signIn } from './sign-in.ts';
import type { StoreValues } from './store-options.ts';

export const SERVER_OPTIONS = { url: { type: 'string' } } as const;

export const SERVER_HELP = `  --url URL            A server: streamgauge dev, as http://127.0.0.1:8787, or the API on AWS by its output ApiUrl or ApiTokenUrl.
                       Needs no pipeline file. A token is taken from STREAMGAUGE_TOKEN; without one, requests to
                       execute-api of AWS are signed (SigV4) with the credentials that the AWS SDK finds.`;

/** A pipeline's server, asked about one view. */
export interface ViewServer {
  readonly client: Client<Pipeline>;
  readonly url: string;
  /** As the server describes it now: it changes with the definition. */
  describe(): Promise<ViewDescription>;
}

/**
 * @param positionals the view's name alone.
 * @throws UsageError where something else is given that says where the rows are, or that nobody needs.
 */
export function viewServer(
  command: string,
  values: StoreValues & { readonly url: string },
  positionals: readonly string[],
  io: Pick<CommandIo, 'env'>,
): ViewServer {
  const other = (['store', 'aws', 'stack', 'stage'] as const).find((option) => values[option] !== undefined);
  if (other !== undefined) {
    throw new UsageError(`--url and --${other} both say where the rows are: give one of them.`);
  }
  const [name, extra] = positionals;
  if (name === undefined) throw new UsageError(`streamgauge ${command} needs VIEW. See streamgauge ${command} --help.`);
  if (extra !== undefined) {
    throw new UsageError(
      `With --url no pipeline file is read: give the view alone, streamgauge ${command} ${extra} --url …`,
    );
  }
  const url = serverUrl(values.url);
  const client = createClient<Pipeline>({ url: url.href, ...signIn(url, io.env) });
  const describe = async () => {
    const { name: pipeline, views } = await client.pipeline();
    const found = views.find((view) => view.name === name);
    if (found !== undefined) return found;
    throw noSuchView(
      `Pipeline '${pipeline}' has`,
      name,
      views.map((view) => view.name),
    );
  };
  return { client, url: url.href.replace(/\/$/, ''), describe };
}

/** Without the `/api` that people copy with it. */
function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError(
      `--url is '${text}', and must be the address of a server, such as http://127.0.0.1:8787, without a user, parameters or a part.`,
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  return url;
}

/** @throws BadQueryError, as of a store, where the view does not group by a field. */
export function checkAskedGroup({ name, group_by }: ViewDescription, group: Readonly<Record<string, unknown>>): void {
  checkGroupFilter({ name, groupBy: group_by.map((field) => ({ name: field })) }, new Map(Object.entries(group)));
}

/** What a server refuses is wrong on the command line, and is told so. */
export async function refusalsAsUsage<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 400 || error.status === 404)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
