import { join } from 'node:path';
import type { Overview } from '../api/schemas/overview.ts';
import { readBuiltPage } from '../contracts/built-page.ts';
import { compilePipeline, type PipelinePlan, type ViewPlan } from '../engine/plan/plan.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { writeWhole } from '../runtime/files/write-whole.ts';
import { loadPipeline } from '../runtime/load-pipeline.ts';
import { differences } from '../test/oracle/compare.ts';
import { findChromium } from '../test/support/browser.ts';
import { apiClient, apiRows, askApi, unsignedStatus } from './api.ts';
import { waitForBronze } from './bronze.ts';
import { Cdk, removeLog } from './cdk.ts';
import { DeployedPipeline } from './cloud.ts';
import { type CloudEndpoint, WORK_DIR } from './endpoint.ts';
import { LocalCloudError } from './errors.ts';
import { makeTraffic, type Traffic } from './events.ts';
import { readPage } from './page.ts';
import type { Report } from './report.ts';
import { expectedRows, storedRows, waitForRows } from './rows.ts';

export const PIPELINE = 'localstack/pipeline.ts';
const CHANGED_PIPELINE = 'localstack/pipeline-changed.ts';
const REFUSED_PIPELINE = 'localstack/pipeline-refused.ts';

const EVENTS = 10_000;
const EVENTS_AROUND_REDEPLOY = 2500;
/** Events of the second traffic are younger than all watermarks, and no further ahead than the stream allows. */
const AHEAD_MS = 55_000;
/** A minute's sweep finds a shard idle after four minutes; this leaves room for a slow machine. */
const TIMEOUT_MS = 8 * 60_000;

/**
 * The whole test on an endpoint: bootstrap, deploy, send events, compare every row, deploy a changed definition in
 * mid-traffic, compare every row again, remove everything.
 */
export class LocalCloudTest {
  readonly #cdk: Cdk;
  readonly #report: Report;
  readonly #seed: number;
  readonly #onProgress: (text: string) => void;
  readonly #endpoint: CloudEndpoint;
  /** All events that were sent, and the files that hold them for DuckDB. */
  readonly #lines: string[] = [];
  readonly #files: string[] = [];

  constructor(endpoint: CloudEndpoint, report: Report, seed: number, onProgress: (text: string) => void) {
    this.#endpoint = endpoint;
    this.#cdk = new Cdk(endpoint);
    this.#report = report;
    this.#seed = seed;
    this.#onProgress = onProgress;
  }

  async run(): Promise<void> {
    const report = this.#report;
    for (const { part, why } of this.#endpoint.product.lacks) report.add(part, 'not run', why);
    await removeLog();
    let deployed = null as DeployedPipeline | null;
    const theDeployed = () => deployed as DeployedPipeline;
    await report.step('Bootstrap', async () => {
      await this.#cdk.bootstrap();
      return `cdk bootstrap at ${this.#endpoint.url}`;
    });
    await report.step('Deployment', async () => {
      deployed = DeployedPipeline.open(this.#endpoint, await this.#cdk.deploy(PIPELINE));
      return `${Object.keys(deployed.outputs).length} outputs`;
    });
    const plan = compilePipeline(await loadPipeline(PIPELINE));
    await report.step('Traffic', () => this.#send(theDeployed(), makeTraffic(EVENTS, this.#seed, Date.now())));
    await this.#compare(plan.views, theDeployed(), 'Rows');
    if (this.#endpoint.product.hasHttpApis) await this.#compareApi(plan.views, theDeployed());
    await report.step('Bronze', () => this.#compareBronze(theDeployed()));
    await this.#redeploy(plan, theDeployed());
    await report.step('Removal', async () => {
      await this.#cdk.destroy(CHANGED_PIPELINE);
      return 'cdk destroy';
    });
  }

  /** Views that did not change take half of their events before, and half after; so does the one that did. */
  async #redeploy(before: PipelinePlan, deployed: DeployedPipeline): Promise<void> {
    const report = this.#report;
    const { lines, duplicates } = makeTraffic(EVENTS_AROUND_REDEPLOY, this.#seed + 1, Date.now() + AHEAD_MS);
    const half = Math.floor(lines.length / 2);
    const [first, second] = [lines.slice(0, half), lines.slice(half)];
    await report.step('Traffic before a change', () =>
      this.#send(deployed, { lines: first, events: half, duplicates: 0 }),
    );
    await report.step('Deployment of a change that no version tells', () => this.#deployRefused());
    await report.step('Deployment of a change', async () => {
      await this.#cdk.deploy(CHANGED_PIPELINE);
      return `view 'pages' counts users as well`;
    });
    const rest = { lines: second, events: lines.length - half - duplicates, duplicates };
    await report.step('Traffic after it', () => this.#send(deployed, rest));
    const after = compilePipeline(await loadPipeline(CHANGED_PIPELINE));
    const unchanged = after.views.filter(({ key }) => before.views.some((view) => view.key === key));
    const changed = after.views.filter((view) => !unchanged.includes(view));
    await this.#compare(unchanged, deployed, 'Rows across the change');
    for (const view of changed) await this.#compareNew(view, deployed);
  }

  async #compareBronze(deployed: DeployedPipeline): Promise<string> {
    const { hasBronzePositions: hasPositions } = this.#endpoint.product;
    const onLook = (events: number) => this.#onProgress(`bronze: ${events} of ${this.#lines.length} events`);
    const found = await waitForBronze(this.#lines, deployed, { hasPositions, timeoutMs: TIMEOUT_MS, onLook });
    return `${found}, as they were sent${hasPositions ? ', put together again from their positions' : ''}`;
  }

  async #deployRefused(): Promise<string> {
    const error = await this.#cdk.deploy(REFUSED_PIPELINE).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error === null) throw new LocalCloudError('It was deployed, and should have been refused.');
    const text = String((error as Error).message);
    if (!text.includes("View 'pages' is deployed in version 1 with another definition")) throw error;
    return 'refused, with what to write';
  }

  async #send(deployed: DeployedPipeline, traffic: Traffic): Promise<string> {
    await this.#keep(traffic.lines);
    await deployed.send(traffic.lines);
    const { events, duplicates } = traffic;
    return `${events.toLocaleString('en-US')} events and ${duplicates} duplicates, out of order, seed ${this.#seed}, packed by the producer`;
  }

  /** For DuckDB. */
  async #keep(lines: readonly string[]): Promise<void> {
    const file = join(WORK_DIR, `events-${this.#files.length + 1}.jsonl`);
    await makeFolder(WORK_DIR);
    await writeWhole(file, [lines.join('\n')]);
    this.#files.push(file);
    this.#lines.push(...lines);
  }

  async #compare(views: readonly ViewPlan[], deployed: DeployedPipeline, name: string): Promise<void> {
    for (const view of views) {
      await this.#report.step(`${name} of '${view.name}'`, async () => {
        const expected = await expectedRows(view, this.#files);
        const onLook = (rows: number) => this.#onProgress(`'${view.name}': ${rows} of ${expected.length} rows`);
        await waitForRows(view, expected, deployed, { timeoutMs: TIMEOUT_MS, onLook });
        return `${expected.length} rows are as DuckDB computes them`;
      });
    }
  }

  async #compareApi(views: readonly ViewPlan[], deployed: DeployedPipeline): Promise<void> {
    await this.#report.step('API without a signature', async () => {
      const status = await unsignedStatus(this.#endpoint, deployed);
      if (status === 401 || status === 403) return `refused with ${status}`;
      throw new LocalCloudError(`A request that nobody signed was answered with ${status}.`);
    });
    const client = apiClient(this.#endpoint, deployed);
    for (const view of views) {
      await this.#report.step(`Rows of '${view.name}' by the API`, async () => {
        const expected = await expectedRows(view, this.#files);
        const rows = await apiRows(view, client);
        const found = differences(view.definition, rows, expected);
        if (found.length === 0) return `${rows.length} rows are as DuckDB computes them`;
        throw new LocalCloudError(`The API's rows of '${view.name}' differ:\n  ${found.join('\n  ')}`);
      });
    }
    await this.#report.step('Overview by the API', async () => this.#checkOverview(views, await client.overview()));
    await this.#comparePage(views, deployed);
  }

  /** All that was sent is counted, every view shows closed windows, and nothing stands still. */
  #checkOverview(views: readonly ViewPlan[], { counters, health, views: states }: Overview): string {
    const sent = this.#lines.length;
    if (counters.delivered !== sent) throw new LocalCloudError(`It counts ${counters.delivered} events of ${sent}.`);
    if (health.state === 'stuck') throw new LocalCloudError(`It says that ${health.view ?? health.stream} is stuck.`);
    const empty = views.find(({ name }) => Object.keys(states[name]?.cells ?? {}).length === 0);
    if (empty !== undefined) throw new LocalCloudError(`It shows no window of '${empty.name}'.`);
    return `${sent.toLocaleString('en-US')} events, ${views.length} views with their windows, ${health.state}`;
  }

  async #comparePage(views: readonly ViewPlan[], deployed: DeployedPipeline): Promise<void> {
    const executablePath = findChromium();
    const page = readBuiltPage('dashboard/dist');
    if (executablePath === null || page === null) {
      const why = page === null ? 'The page is not built.' : 'There is no Chromium: set CHROMIUM to its path.';
      this.#report.add('Page', 'not run', why);
      return;
    }
    await this.#report.step('Page', async () => {
      const shown = await readPage(page, askApi(this.#endpoint, deployed), executablePath);
      if (shown.complaints.length > 0)
        throw new LocalCloudError(`The browser complains: ${shown.complaints.join(' ')}`);
      const { views: states } = await apiClient(this.#endpoint, deployed).overview();
      for (const { name } of views) {
        const [line, rows] = [shown.views[name], states[name]?.rows.toLocaleString('en-US')];
        if (line?.rows === rows && line?.health === 'well') continue;
        throw new LocalCloudError(`Of '${name}' it shows ${JSON.stringify(line)}, and the API says ${rows} rows.`);
      }
      return `${views.length} views with the figures of the API`;
    });
  }

  /**
   * A view that is defined anew begins anew: rows of windows that had begun before are marked, all others are whole.
   */
  async #compareNew(view: ViewPlan, deployed: DeployedPipeline): Promise<void> {
    await this.#report.step(`Rows of '${view.name}' as it is now`, async () => {
      const rows = await storedRows(view, deployed);
      const whole = rows.filter(({ partial }) => partial !== true);
      const from = String(whole[0]?.window_start);
      const expected = (await expectedRows(view, this.#files)).filter(
        ({ window_start }) => String(window_start) >= from,
      );
      const found = differences(view.definition, whole, expected);
      if (whole.length === 0 || found.length > 0) {
        throw new LocalCloudError(`Of ${rows.length} rows, ${whole.length} are whole.\n  ${found.join('\n  ')}`);
      }
      return `${whole.length} rows are as DuckDB computes them, ${rows.length - whole.length} before them are marked partial`;
    });
  }
}
