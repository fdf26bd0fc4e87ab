/** The most bytes of one event. A larger one becomes a dead letter: its state might not fit an item of the store. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** The most rows that a view makes of one event whose lists it explodes: all of them are in one commit. */
export const MAX_EXPLODED_ROWS = 10_000;

/** The most characters that all rows of one event can have of what the event has beside the list: each can keep all of it. */
export const MAX_EXPLODED_CHARACTERS = 64 * 1024 * 1024;

/** The most bytes that a compressed record may unfold to: limits the memory that one hostile record can take. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * Dead letters of one record that hold one event each. A record of a few bytes can unfold to millions of events that are
 * none, so beyond this many of them those that are wrong for the same reason share letters.
 */
export const MAX_SINGLE_LETTERS = 1000;

/** Bytes of the events that share a dead letter, with line ends. It can be put back as one record, whatever its key is. */
export const MAX_SHARED_LETTER_BYTES = 512 * 1024;
