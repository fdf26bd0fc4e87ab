import { StreamgaugeError } from '../ir/streamgauge-error.ts';
import { Type } from '../ir/type.ts';
import type { PipelinePlan, ViewPlan } from '../plan/plan.ts';
import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import { storedJson } from '../state/stored-json.ts';
import { compareText } from '../text/compare-text.ts';

/** A view as a deployment names it. */
export interface DeployedView {
  readonly name: string;
  readonly version: number;
  /** Of the definition: what the view's state and rows are kept under. */
  readonly fingerprint: string;
}

/** A view was given another definition, and no new version. The message names the views and says what to do. */
export class DefinitionChangedError extends StreamgaugeError {
  override readonly name = 'DefinitionChangedError';
  readonly code = 'definitionChanged';
}

export function deployedViews({ views }: PipelinePlan): readonly DeployedView[] {
  return views
    .map((view) => ({ name: view.name, version: view.definition.version, fingerprint: fingerprintOf(view) }))
    .sort((a, b) => compareText(a.name, b.name));
}

function fingerprintOf({ key }: ViewPlan): string {
  return key.slice(key.indexOf('@') + 1);
}

const KEY = { partition: 'definitions', sort: 'views' };
/** By name and version, as in `pages 2`. */
const parseKnown = storedJson('the list of definitions', Type.Record(Type.String(), Type.String()));
/** Somebody else deploys at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Remembers the definitions of a deployment, or refuses it.
 *
 * A changed definition reads none of the state that the old one left, so its open windows would start over with what
 * comes after the deployment, and nobody would have said that they should. A new version says it. Versions that were
 * deployed once stay known, so that a deployment can be rolled back.
 *
 * @throws DefinitionChangedError where a view has another definition than the one that is known of its version.
 */
export async function admitDefinitions(views: readonly DeployedView[], { state, pause }: SharedState): Promise<void> {
  const overtaken = () =>
    new StoreError(
      'conflict',
      `The list of definitions was changed by others ${MAX_ATTEMPTS} times in a row. Deploy again.`,
    );
  await withRetries(MAX_ATTEMPTS, pause, async () => {
    const stored = await state.get(KEY);
    const known = stored === null ? {} : parseKnown(stored);
    const changed = views.filter((view) => (known[nameOf(view)] ?? view.fingerprint) !== view.fingerprint);
    if (changed.length > 0) throw new DefinitionChangedError(changed.map(describeChange).join(' '));
    const next = { ...known, ...Object.fromEntries(views.map((view) => [nameOf(view), view.fingerprint])) };
    const condition = stored === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: stored.version };
    const version = (stored?.version ?? 0) + 1;
    const outcome = await state.transact([{ kind: 'put', key: KEY, version, data: JSON.stringify(next), condition }]);
    return outcome.kind === 'committed' ? outcome : new Again(overtaken);
  });
}

function nameOf({ name, version }: DeployedView): string {
  return `${name} ${version}`;
}

function describeChange({ name, version }: DeployedView): string {
  return `View '${name}' is deployed in version ${version} with another definition: its filters, window, allowed lateness, groups, aggregates or buckets were changed, or the view that it reads. Its open windows cannot continue from the stored state. Write view('${name}', …, { version: ${version + 1} }) to start over beside the old rows, or take the change back.`;
}
