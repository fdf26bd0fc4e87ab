import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import type { StateStore } from '../ports/state-store.ts';
import { ALERTED_VIEWS } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';
import type { AlertedView } from './alerted-view.ts';

const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);
const NUMBER_OR_NULL = Type.Union([Type.Number(), Type.Null()]);
const CHANNEL = Type.Union([
  Type.Object({ kind: Type.Literal('terminal') }),
  Type.Object({ kind: Type.Literal('file'), path: Type.String() }),
  Type.Object({ kind: Type.Literal('webhook'), url: Type.String(), secretVariable: TEXT_OR_NULL }),
  Type.Object({ kind: Type.Literal('sns'), topicArn: TEXT_OR_NULL }),
  Type.Object({ kind: Type.Literal('eventBridge'), busName: Type.String() }),
]);
const KNOWN_VIEW = Type.Object({
  key: Type.String(),
  name: Type.String(),
  buckets: Type.Integer({ minimum: 1 }),
  sizeMs: Type.Number(),
  fields: Type.Array(Type.Object({ name: Type.String(), isInstant: Type.Boolean() })),
  alerts: Type.Array(
    Type.Object({
      name: Type.String(),
      to: Type.Array(CHANNEL),
      maxAgeMs: Type.Number(),
      earlyMs: NUMBER_OR_NULL,
      groupAbove: Type.Number(),
    }),
  ),
  streams: Type.Array(Type.String()),
  roots: Type.Array(Type.String()),
  /** When a sweep first saw that it is not deployed any more; null while it is. */
  goneAtMs: NUMBER_OR_NULL,
  /** When a sweep first ended its incidents. */
  endedAtMs: NUMBER_OR_NULL,
});

/** A view about whose alerts somebody may have been told, deployed or not. */
export type KnownView = Static<typeof KNOWN_VIEW>;

/** All of them, in one item: without it nobody would know, after a deployment, whose incidents to end and whom to tell. */
export interface KnownViews {
  readonly version: number;
  readonly views: readonly KnownView[];
}

const MAX_ATTEMPTS = 10;

const readItem = storedJson('the list of views with alerts', Type.Array(KNOWN_VIEW));

export async function loadKnownViews(state: StateStore): Promise<KnownViews> {
  const item = await state.get(ALERTED_VIEWS);
  return item === null ? { version: 0, views: [] } : { version: item.version, views: readItem(item) };
}

/** Puts a list in place of the one that was read. False where somebody else has written since. */
export async function saveKnownViews(state: StateStore, { version, views }: KnownViews): Promise<boolean> {
  const condition = version === 0 ? { kind: 'absent' as const } : { kind: 'version' as const, is: version };
  const data = JSON.stringify(views);
  const put = { kind: 'put', key: ALERTED_VIEWS, version: version + 1, data, condition } as const;
  return (await state.transact([put])).kind === 'committed';
}

/** Puts a view into the list before anybody is told of its alerts: a deployment may come before the next sweep. */
export async function registerView(view: AlertedView, { state, pause }: SharedState): Promise<void> {
  await withRetries(MAX_ATTEMPTS, pause, async () => {
    const { version, views } = await loadKnownViews(state);
    if (views.some(({ key }) => key === view.key)) return 'known';
    const isSaved = await saveKnownViews(state, { version, views: [...views, knownView(view)] });
    return isSaved ? 'known' : new Again(() => overtaken(view));
  });
}

function overtaken({ name }: AlertedView): StoreError {
  return new StoreError(
    'conflict',
    `View '${name}': others changed the list of views with alerts ${MAX_ATTEMPTS} times in a row.`,
  );
}

/** As the list has it. */
export function knownView(view: AlertedView): KnownView {
  const { key, name, buckets, sizeMs, fields, alerts, streams, roots } = view;
  return {
    key,
    name,
    buckets,
    sizeMs,
    fields: fields.map((field) => ({ ...field })),
    alerts: alerts.map((alert) => ({ ...alert, to: alert.to.map((channel) => ({ ...channel })) })),
    streams: [...streams],
    roots: [...roots],
    goneAtMs: null,
    endedAtMs: null,
  };
}
