import { KINESIS_LIMITS } from '../contracts/kinesis-limits.ts';

/**
 * Bytes of a request's body, unpacked. Lambda takes 6 MB a call, in which a body is text in JSON or base64, a third longer;
 * API Gateway itself refuses what is beyond 10 MB.
 */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export const MAX_EVENTS = 5000;

/**
 * Bytes of one event: what Kinesis takes in a record, less its key (256 characters of up to 4 bytes). The pipeline takes
 * less (`MAX_EVENT_BYTES` in `engine/decode/limits.ts`): what lies between becomes a dead letter there, kept whole.
 */
export const MAX_EVENT_BYTES = KINESIS_LIMITS.recordBytes - 4 * KINESIS_LIMITS.keyCharacters;

/** Events of one key share records of up to this size: what fails and is sent again stays small. */
export const RECORD_BYTES = 256 * 1024;
