import type { ItemKey, ItemWrite } from '../../../engine/ports/state-store.ts';
import { instead, type Mutation } from './mutation.ts';

type LargeItemsModule = typeof import('../../../engine/protocol/large-items.ts');
type ObjectKeys = typeof import('../../../engine/state/object-keys.ts');
type Options = ConstructorParameters<LargeItemsModule['LargeItems']>[0];

/** Rules of segments and ids that are objects. */
export const OBJECTS: readonly Mutation[] = [
  {
    name: "an object's key is that of its item",
    replacements: [
      instead<ObjectKeys>('engine/state/object-keys.ts', ({ objectKey }) => ({
        objectKey: (item) => objectKey(item, 0, ''),
      })),
    ],
  },
  {
    name: 'an object is deleted before its reference',
    replacements: [
      instead<LargeItemsModule>('engine/protocol/large-items.ts', ({ LargeItems }) => ({
        LargeItems: class extends LargeItems {
          constructor(options: Options) {
            // What is deleted waits until the objects are gone, and then for a crash.
            let waiting: readonly ItemKey[] = [];
            super({
              ...options,
              items: {
                ...options.items,
                delete: async (keys) => {
                  waiting = keys;
                },
              },
              objects: {
                ...options.objects,
                delete: async (pages) => {
                  await options.objects.delete(pages);
                  await options.items.delete(waiting);
                },
              },
            });
          }
        },
      })),
    ],
  },
  {
    name: 'an object is written after the commit that refers to it',
    replacements: [
      instead<LargeItemsModule>('engine/protocol/large-items.ts', ({ LargeItems }) => ({
        LargeItems: class extends LargeItems {
          constructor(options: Options) {
            const waiting: (() => Promise<void>)[] = [];
            super({
              ...options,
              objects: {
                ...options.objects,
                put: async (key, bytes) => {
                  waiting.push(() => options.objects.put(key, bytes));
                },
              },
              items: {
                ...options.items,
                transact: async (writes) => {
                  const outcome = await options.items.transact(writes);
                  for (const put of waiting.splice(0)) await put();
                  return outcome;
                },
              },
            });
          }
        },
      })),
    ],
  },
  {
    name: 'the objects of a commit that was refused are deleted at once',
    replacements: [
      instead<LargeItemsModule>('engine/protocol/large-items.ts', ({ LargeItems }) => ({
        LargeItems: class extends LargeItems {
          readonly #written: { readonly key: ItemKey; readonly bytes: number }[];
          readonly #objects: Options['objects'];

          constructor(options: Options) {
            const written: { readonly key: ItemKey; readonly bytes: number }[] = [];
            super({
              ...options,
              objects: {
                ...options.objects,
                put: async (key, bytes) => {
                  written.push({ key, bytes: bytes.length });
                  await options.objects.put(key, bytes);
                },
              },
            });
            this.#written = written;
            this.#objects = options.objects;
          }

          override async transact(writes: readonly ItemWrite[]) {
            this.#written.splice(0);
            const outcome = await super.transact(writes);
            if (outcome.kind === 'conditionFailed') await this.#objects.delete(this.#written);
            return outcome;
          }
        },
      })),
    ],
  },
];
