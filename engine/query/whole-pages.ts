import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import { MissingPageError } from '../state/errors.ts';

const MAX_ATTEMPTS = 5;

/** Reads progress and the pages that it names, again where a finalizer put others in their place meanwhile. */
export async function readWholePages<T>({ pause }: Pick<SharedState, 'pause'>, read: () => Promise<T>): Promise<T> {
  return withRetries<T>(MAX_ATTEMPTS, pause, async () => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof MissingPageError) return new Again(() => error);
      throw error;
    }
  });
}
