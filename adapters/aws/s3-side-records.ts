import { mapSettled } from '../../engine/async/map-settled.ts';
import type { SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { comparePositions } from '../../engine/ports/position.ts';
import {
  compareInShard,
  formatSideRecordId,
  parseSideRecordId,
  type SideRecordName,
  sideRecordName,
} from '../side-record-id.ts';
import { ForeignDataError } from './errors.ts';
import { LookAhead } from './look-ahead.ts';
import type { KeptObject, S3KeptObjects } from './s3-kept-objects.ts';
import { keysEndingAt, parseSideObjectKey, type SideObjectKey, shardPrefix } from './side-object-key.ts';
import { parseSideRecord, singleObjectKey, unpackSideRecords } from './side-record-object.ts';

/** A dead letter or late event that was found in the bucket. */
export interface FoundRecord {
  readonly id: string;
  readonly name: SideRecordName;
  /** Or why it cannot be read. */
  readonly record: SideRecord | Error;
}

/** An object of the bucket, with its name taken apart; null where that is no name of an object of many records. */
interface Listed {
  readonly object: KeptObject;
  readonly name: SideObjectKey | null;
}

interface Shared extends Listed {
  readonly name: SideObjectKey;
}

const CONCURRENT_READS = 16;
/** Bytes of packed objects whose records are remembered: who redrives takes thousands of one object, one after the other. */
const REMEMBERED_BYTES = 32 * 1024 * 1024;
/** Comes after every view. */
const LAST_VIEW = '\uffff';

/**
 * Finds dead letters and late events in the bucket, whichever objects hold them. Objects overlap where an attempt at a
 * commit was repeated with another cut; what several of them hold is one record.
 */
export class S3SideRecords {
  readonly #objects: S3KeptObjects;
  readonly #remembered = new Map<string, { readonly bytes: number; readonly found: readonly FoundRecord[] }>();
  #rememberedBytes = 0;

  constructor(objects: S3KeptObjects) {
    this.#objects = objects;
  }

  /** Null where no object has the id. */
  async find(id: string): Promise<FoundRecord | null> {
    const name = parseSideRecordId(id);
    if (name === null) return this.#findDamaged(id);
    for (const shared of await this.#firstPage(shardPrefix(name), keysEndingAt(name))) {
      if (comparePositions(shared.name.from, name.position) > 0) continue;
      const found = (await this.#read(shared)).find((candidate) => candidate.id === id);
      if (found !== undefined) return found;
    }
    return this.#readSingle(singleObjectKey(name));
  }

  /**
   * All records under the prefix of a stream, behind the one with the id `after`, as far as their objects were written at
   * `writtenSinceMs` or later. By shard; of one shard, those in objects of their own come first, and then all others in the
   * order of their positions.
   */
  async *list(prefix: string, after: string | null, writtenSinceMs: number): AsyncGenerator<readonly FoundRecord[]> {
    const start = after === null ? null : await this.#startAfter(after);
    const queue = new LookAhead(listedOf(this.#objects.list(prefix, start?.key ?? null)));
    const withSingles = new Map<string, boolean>();
    for (let window = await queue.peek(); window.length > 0; window = await queue.peek()) {
      const group = leading(window);
      queue.take(new Set(group));
      const recent = group.filter(({ object }) => object.writtenMs >= writtenSinceMs);
      const found = await (group.some(isShared)
        ? this.#merge(recent.filter(isShared), withSingles)
        : this.#single(recent));
      const { name: behind = null } = start ?? {};
      yield behind === null ? found : found.filter(({ name }) => isBehind(name, behind));
    }
  }

  async #single(objects: readonly Listed[]): Promise<readonly FoundRecord[]> {
    const found = await mapSettled(objects, CONCURRENT_READS, ({ object }) => this.#readSingle(object.key));
    return found.filter((each) => each !== null);
  }

  /** The records of objects that overlap, each once and in order, but for those that are in objects of their own as well. */
  async #merge(group: readonly Shared[], withSingles: Map<string, boolean>): Promise<readonly FoundRecord[]> {
    const byId = new Map<string, FoundRecord>();
    for (const objects of await mapSettled(group, CONCURRENT_READS, (shared) => this.#read(shared))) {
      for (const found of objects) if (!byId.has(found.id)) byId.set(found.id, found);
    }
    const singles = await this.#singlesAmong([...byId.values()], withSingles);
    return [...byId.values()]
      .filter(({ name }) => !singles.has(singleObjectKey(name)))
      .sort((a, b) => compareInShard(a.name, b.name));
  }

  /**
   * Keys of those records, all of one shard, that a version before this one has kept in objects of their own. `withSingles`
   * remembers which shards have any: after `deadLetterDays` none has.
   */
  async #singlesAmong(found: readonly FoundRecord[], withSingles: Map<string, boolean>): Promise<ReadonlySet<string>> {
    const singles = new Set<string>();
    const keys = found.map(({ name }) => singleObjectKey(name)).sort();
    const [first, last] = [keys[0], keys.at(-1)];
    if (first === undefined || last === undefined) return singles;
    const prefix = first.slice(0, first.lastIndexOf('/') + 1);
    // Keys of single objects begin with a digit, which comes before the letter that the others begin with.
    if (!withSingles.has(prefix)) withSingles.set(prefix, (await this.#firstKey(prefix)) < `${prefix}a`);
    if (!withSingles.get(prefix)) return singles;
    // A listing begins behind the text that it is given.
    for await (const page of this.#objects.list(prefix, first.slice(0, -1))) {
      for (const { key } of page) {
        if (key > last) return singles;
        singles.add(key);
      }
    }
    return singles;
  }

  async #firstKey(prefix: string): Promise<string> {
    for await (const [object] of this.#objects.list(prefix, null)) return object?.key ?? prefix;
    return prefix;
  }

  /** Where a list goes on behind a record: S3's key, and the record where it is one of many in its object. */
  async #startAfter(id: string): Promise<{ readonly key: string; readonly name: SideRecordName | null }> {
    const damaged = parseSideObjectKey(id);
    if (damaged !== null) {
      const name = { ...damaged, position: damaged.to, view: LAST_VIEW };
      return { key: keysEndingAt(name), name };
    }
    const name = parseSideRecordId(id) as SideRecordName;
    const single = singleObjectKey(name);
    return (await this.#objects.has(single)) ? { key: single, name: null } : { key: keysEndingAt(name), name };
  }

  /** Objects of many records behind a key, as many as S3 lists at once. */
  async #firstPage(prefix: string, after: string): Promise<readonly Shared[]> {
    for await (const page of listedOf(this.#objects.list(prefix, after))) return page.filter(isShared);
    return [];
  }

  async #readSingle(key: string): Promise<FoundRecord | null> {
    const id = key.replace(/\.json$/, '');
    const name = parseSideRecordId(id);
    const bytes = name === null ? null : await this.#objects.read(key);
    return bytes === null || name === null ? null : { id, name, record: parsed(bytes.toString('utf8')) };
  }

  /** What is wrong with an object, by its key: a list shows it so. */
  async #findDamaged(key: string): Promise<FoundRecord | null> {
    const name = parseSideObjectKey(key);
    if (name === null) return null;
    const found = await this.#read({ object: { key, tag: '', writtenMs: 0 }, name });
    return found.find(({ id }) => id === key) ?? null;
  }

  /** What an object holds; where some of it cannot be read, also a record that says so, under the object's key. */
  async #read({ object: { key, tag }, name }: Shared): Promise<readonly FoundRecord[]> {
    const version = `${tag} ${key}`;
    const remembered = this.#remembered.get(version);
    if (remembered !== undefined) return remembered.found;
    const bytes = await this.#objects.read(key);
    if (bytes === null) return [];
    const found = await foundIn(name, bytes);
    if (tag !== '') this.#remember(version, bytes.length, found);
    return found;
  }

  #remember(version: string, bytes: number, found: readonly FoundRecord[]): void {
    this.#remembered.set(version, { bytes, found });
    this.#rememberedBytes += bytes;
    for (const [eldest, { bytes: freed }] of this.#remembered) {
      if (this.#rememberedBytes <= REMEMBERED_BYTES || eldest === version) return;
      this.#remembered.delete(eldest);
      this.#rememberedBytes -= freed;
    }
  }
}

async function* listedOf(pages: AsyncGenerator<readonly KeptObject[]>): AsyncGenerator<readonly Listed[]> {
  for await (const page of pages) yield page.map((object) => ({ object, name: parseSideObjectKey(object.key) }));
}

function isShared(listed: Listed): listed is Shared {
  return listed.name !== null;
}

/** What is read together: some objects of one record each, or the first of many records and those that overlap with it. */
function leading(window: readonly Listed[]): readonly Listed[] {
  const firstShared = window.findIndex(isShared);
  if (firstShared === 0) return overlapping(window);
  return window.slice(0, firstShared === -1 ? CONCURRENT_READS : Math.min(firstShared, CONCURRENT_READS));
}

/** The first of these objects, and all that overlap with it or with one that does. They are in the order of `to`. */
function overlapping(window: readonly Listed[]): readonly Listed[] {
  const [first] = window as readonly [Shared];
  const ofShard = window.filter(isShared).filter(({ name }) => name.shard === first.name.shard);
  let { to } = first.name;
  for (;;) {
    const group = ofShard.filter(({ name }) => comparePositions(name.from, to) <= 0);
    const last = (group.at(-1) as Shared).name.to;
    if (comparePositions(last, to) === 0) return group;
    to = last;
  }
}

async function foundIn(object: SideObjectKey, bytes: Uint8Array): Promise<readonly FoundRecord[]> {
  const lines = await unpackSideRecords(bytes).catch((error: Error) => error);
  const records = lines instanceof Error ? [lines] : lines.map(parsed);
  const found = records.flatMap((record) => {
    if (record instanceof Error) return [];
    const name = sideRecordName(record);
    return [{ id: formatSideRecordId(name), name, record }];
  });
  const damage = records.find((record) => record instanceof Error);
  if (damage === undefined) return found;
  const { key, kind, stream, shard, to } = object;
  return [...found, { id: key, name: { kind, stream, shard, position: to, view: LAST_VIEW }, record: damage }];
}

function parsed(text: string): SideRecord | Error {
  try {
    return parseSideRecord(text);
  } catch (error) {
    return error instanceof Error ? error : new ForeignDataError(String(error));
  }
}

/** Of other shards all is behind: the list begins in the shard of `start`. */
function isBehind(name: SideRecordName, start: SideRecordName): boolean {
  return name.shard !== start.shard || compareInShard(name, start) > 0;
}
