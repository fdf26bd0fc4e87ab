import type { ForeseenChunk } from '../engine/ingest/foreseen-chunk.ts';

export interface ChunkMessage {
  readonly message: ForeseenChunk | null;
  /** What goes with it and is not copied. */
  readonly transfer: readonly ArrayBuffer[];
}

/** A chunk as it goes from one thread to another. A view of bytes would take all that it is a view of along: bytes go by themselves. */
export function asMessage(foreseen: ForeseenChunk | null): ChunkMessage {
  if (foreseen === null) return { message: null, transfer: [] };
  const { chunk } = foreseen;
  const transfer: ArrayBuffer[] = [];
  const alone = <T extends { readonly bytes: Uint8Array }>(of: T): T => {
    const bytes = Uint8Array.from(of.bytes);
    transfer.push(bytes.buffer);
    return { ...of, bytes };
  };
  const views = chunk.views.map(({ segments, late }) => ({ segments: segments.map(alone), late }));
  const sideOutputs = chunk.sideOutputs.map(alone);
  return { message: { ...foreseen, chunk: { ...chunk, views, sideOutputs } }, transfer };
}
