import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import { least } from '../lists/extremes.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Outbox } from '../state/alert-progress.ts';
import { publishedKey } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';
import { type AlertedView, channelsOf } from './alerted-view.ts';

/** How far one channel is. */
export type ChannelProgress = Static<typeof CHANNEL>;
const CHANNEL = Type.Object({
  /** Of the last message that it has had, or was not to have. */
  position: Type.Integer({ minimum: 0 }),
  /** Incidents that it was not told of, for they were silenced or too old: nor is it told that they are over. */
  heldBack: Type.Array(Type.String()),
});

/** How far the messages of a (view, bucket) are published, by name of the channel. Kept apart from progress: a finalizer at work owns that. */
export interface Published {
  readonly version: number;
  readonly channels: Readonly<Record<string, ChannelProgress>>;
}

export const NOTHING_PUBLISHED: ChannelProgress = { position: 0, heldBack: [] };

export async function loadPublished(state: StateStore, view: string, bucket: number): Promise<Published> {
  const item = await state.get(publishedKey(view, bucket));
  return item === null ? { version: 0, channels: {} } : { version: item.version, channels: readItem(item).channels };
}

const readItem = storedJson(
  'how far alerts are published',
  Type.Object({ channels: Type.Record(Type.String(), CHANNEL) }),
);

/** Puts what a channel has come to in place of what was read. False where somebody else has written since. */
export async function savePublished(
  state: StateStore,
  view: string,
  bucket: number,
  { version, channels }: Published,
): Promise<boolean> {
  const condition = version === 0 ? { kind: 'absent' as const } : { kind: 'version' as const, is: version };
  const key = publishedKey(view, bucket);
  const data = JSON.stringify({ channels });
  const outcome = await state.transact([{ kind: 'put', key, version: version + 1, data, condition }]);
  return outcome.kind === 'committed';
}

/** Whether all channels of a view have had all of its messages. */
export function isPublished(view: AlertedView, published: Published, { lastPosition }: Outbox): boolean {
  return publishedTo(view, published) >= lastPosition;
}

/** Position up to which all channels of a view have had its messages. */
export function publishedTo(view: AlertedView, { channels }: Published): number {
  return least([...channelsOf(view).keys()].map((name) => channels[name]?.position ?? 0));
}
