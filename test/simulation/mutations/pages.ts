import type { PageSet } from '../../../engine/state/pages.ts';
import { instead, type Mutation } from './mutation.ts';

type Pages = typeof import('../../../engine/state/pages.ts');

/** Rules of when pages are written and deleted, and of their keys. */
export const PAGES: readonly Mutation[] = [
  {
    name: 'the key of a page holds the version of the claim',
    replacements: [
      instead<Pages>('engine/state/pages.ts', ({ ViewPages }) => ({
        ViewPages: class extends ViewPages {
          #claim: number | null = null;

          override save(version: number, ...others: [parts: readonly Uint8Array[], serial?: number]) {
            this.#claim ??= version - 1;
            return super.save(this.#claim, ...others);
          }
        },
      })),
    ],
  },
  {
    name: 'pages are deleted before the commit that drops them',
    replacements: [
      instead<Pages>('engine/state/pages.ts', ({ ViewPages }) => ({
        ViewPages: class extends ViewPages {
          readonly #loaded: PageSet[] = [];

          override load(set: PageSet) {
            this.#loaded.push(set);
            return super.load(set);
          }

          override async save(...args: Parameters<InstanceType<Pages['ViewPages']>['save']>) {
            const saved = await super.save(...args);
            await this.delete(this.#loaded.splice(0));
            return saved;
          }
        },
      })),
    ],
  },
  {
    name: 'whoever finds a dead finalizer deletes all pages that it does not name',
    replacements: [
      instead<Pages>('engine/state/pages.ts', ({ ViewPages }) => {
        const { deleteUpTo } = ViewPages.prototype;
        ViewPages.prototype.deleteUpTo = function (_version, sets) {
          return deleteUpTo.call(this, Number.POSITIVE_INFINITY, sets);
        };
        return { ViewPages };
      }),
    ],
  },
];
