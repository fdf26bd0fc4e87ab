import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import type { Put, RedriveNote } from '../../engine/ports/dead-letter-store.ts';
import { errorName } from './aws-errors.ts';
import { SideOutputError } from './side-output-error.ts';

/** A note, and which attempt wrote it as its how manieth: by these its writer knows it again. */
export interface StoredNote extends RedriveNote {
  readonly attempt: string;
  readonly step: number;
}

/** A note as it lies in the bucket; `tag` changes with each write. */
export interface FoundNote {
  readonly note: StoredNote;
  readonly tag: string;
}

export interface RedriveNotes {
  /** Null where there is none. */
  read(key: string): Promise<FoundNote | null>;
  /**
   * Writes over the note that was found, or where none was: conditional on `found` being what lies there still.
   *
   * @returns the note as it lies there now, or null where somebody else has written meanwhile.
   */
  write(key: string, note: StoredNote, found: FoundNote | null): Promise<FoundNote | null>;
}

/** The notes of redrives, one object for each event or batch. */
export class S3RedriveNotes implements RedriveNotes {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(key: string): Promise<FoundNote | null> {
    try {
      const { Body, ETag = '' } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { note: parseNote((await Body?.transformToString()) ?? '', `s3://${this.#bucket}/${key}`), tag: ETag };
    } catch (error) {
      if (errorName(error) === 'NoSuchKey') return null;
      if (error instanceof RedriveNoteError) throw error;
      throw new SideOutputError(`Reading the note s3://${this.#bucket}/${key} of a redrive`, error);
    }
  }

  async write(key: string, note: StoredNote, found: FoundNote | null): Promise<FoundNote | null> {
    const onlyOverFound = found === null ? { IfNoneMatch: '*' } : { IfMatch: found.tag };
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: JSON.stringify(note),
      ContentType: 'application/json',
      ...onlyOverFound,
    });
    try {
      const { ETag = '' } = await this.#client.send(command);
      return { note, tag: ETag };
    } catch (error) {
      if (!isRefusedCondition(error))
        throw new SideOutputError(`Writing the note s3://${this.#bucket}/${key} of a redrive`, error);
      // The SDK repeats a request whose reply was lost, and the first may have got there: then the note is this one.
      const current = await this.read(key);
      const isOurs = current?.note.attempt === note.attempt && current.note.step === note.step;
      return isOurs ? current : null;
    }
  }
}

/** 404: the object to be written over is gone. 409: another write of the key was under way. 412: another note is there. */
function isRefusedCondition(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  return status === 412 || status === 409 || (status === 404 && errorName(error) === 'NoSuchKey');
}

/** An object under `redriven/` is no note: it cannot be known what was sent. */
export class RedriveNoteError extends StreamgaugeError {
  override readonly name = 'RedriveNoteError';
  readonly code = 'redriveNote';
}

function parseNote(text: string, source: string): StoredNote {
  try {
    const note = JSON.parse(text) as StoredNote;
    const states: readonly Put['state'][] = ['redriven', 'failed', 'unknown'];
    const complete =
      typeof note.attempt === 'string' &&
      Number.isSafeInteger(note.step) &&
      Number.isSafeInteger(note.atMs) &&
      typeof note.by === 'string' &&
      note.puts.every(({ state }) => states.includes(state));
    if (complete) return note;
  } catch {
    // Not JSON, or of another shape: refused below.
  }
  throw new RedriveNoteError(
    `${source} is not a note of a redrive: ${text.slice(0, 200)}. Find out whether the record was put back, and delete the object where it was not.`,
  );
}
