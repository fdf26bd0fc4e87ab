/**
 * Opens something when it is first asked for, and once: what a cold start can do without is neither read nor compiled until
 * then. An attempt that failed is not kept.
 */
export function openLater<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open().catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}
