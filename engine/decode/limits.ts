/** The most bytes of one event. A larger one becomes a dead letter: its state might not fit an item of the store. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** The most bytes that a compressed record may unfold to: limits the memory that one hostile record can take. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;
