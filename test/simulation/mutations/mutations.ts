/** One rule of the protocol taken out: texts to replace in files, each found just once. */
export interface Mutation {
  readonly name: string;
  readonly patches: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

// Patches hold pieces of code as text, template strings among them.
const STORE = 'test/simulation/state-store.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: pieces of code
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a commit is conditional on the position only',
    patches: [
      {
        file: 'engine/state/checkpoint.ts',
        find: '    data: JSON.stringify(content),',
        replace: '    data: JSON.stringify({ ...content, builtOn: previous.position }),',
      },
      {
        file: STORE,
        find: 'return writes.filter((write) => !holds(write.condition, find(this.#committed, write.key)));',
        replace: `const positionOf = (data: unknown, name: string) => JSON.stringify(JSON.parse(String(data))[name]);
    return writes.filter((write) => {
      const stored = find(this.#committed, write.key);
      if (write.kind === 'put' && write.key.partition.startsWith('checkpoint#') && stored !== undefined) {
        return positionOf(stored.data, 'position') !== positionOf(write.data, 'builtOn');
      }
      return !holds(write.condition, stored);
    });`,
      },
    ],
  },
  {
    name: 'a checkpoint has no version',
    patches: [
      {
        file: STORE,
        find: 'return writes.filter((write) => !holds(write.condition, find(this.#committed, write.key)));',
        replace: `return writes.filter(
      (write) =>
        !write.key.partition.startsWith('checkpoint#') && !holds(write.condition, find(this.#committed, write.key)),
    );`,
      },
    ],
  },
  {
    name: 'a watermark is believed before its segments are seen',
    patches: [
      {
        file: 'engine/finalize/snapshot.ts',
        find: 'if (expected.every(({ key, version }) => (versions.get(key.sort) ?? 0) >= version)) return items;',
        replace: 'if (versions.size >= 0) return items;',
      },
    ],
  },
  {
    name: 'late events that revise a row leave no marker',
    patches: [
      { file: 'engine/ingest/commit.ts', find: 'if (delta.revises) {', replace: 'if (delta.revises && false) {' },
    ],
  },
  {
    name: 'wake-ups are deduplicated without position and minute',
    patches: [
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: 'wakesOf(view, `${this.#shard}#${position}`)',
        replace: "wakesOf(view, position && 'wake')",
      },
      {
        file: 'engine/sweep/sweep.ts',
        find: 'wakesOf(view, `sweep#${minute}`)',
        replace: "wakesOf(view, minute ? 'wake' : '')",
      },
    ],
  },
  {
    name: 'a shard without records leaves the minimum',
    patches: [
      {
        file: 'engine/state/watermark.ts',
        find: 'checkpoints.filter((checkpoint) => !checkpoint.retired)',
        replace: 'checkpoints.filter((checkpoint) => !checkpoint.retired && checkpoint.position !== null)',
      },
    ],
  },
  {
    name: 'rows are fenced by revision',
    patches: [
      {
        file: 'test/simulation/result-store.ts',
        find: '(stored?.epoch ?? null) !== over',
        replace: 'stored !== null && stored.revision > row.revision',
      },
    ],
  },
  {
    name: 'progress is not fenced',
    patches: [
      {
        file: STORE,
        find: 'return writes.filter((write) => !holds(write.condition, find(this.#committed, write.key)));',
        replace: `return writes.filter(
      (write) =>
        !write.key.partition.startsWith('progress#') && !holds(write.condition, find(this.#committed, write.key)),
    );`,
      },
    ],
  },
  {
    name: 'tails are kept after an unknown outcome, and written without a look at their version',
    patches: [
      {
        file: STORE,
        find: 'return writes.filter((write) => !holds(write.condition, find(this.#committed, write.key)));',
        replace: `return writes.filter(
      (write) =>
        !write.key.partition.startsWith('segment#') && !holds(write.condition, find(this.#committed, write.key)),
    );`,
      },
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: '  #warm: ShardState | null = null;',
        replace: "  #warm: ShardState | null = null;\n  #kept: ShardState['tails'] = new Map();",
      },
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: 'if (unmarked.length === 0) return { checkpoint, tails: new Map(), ids };',
        replace: 'if (unmarked.length === 0) return { checkpoint, tails: this.#kept, ids };',
      },
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: '    this.#forgetIds(this.#warm);',
        replace: '    this.#kept = commit.tails;\n    this.#forgetIds(this.#warm);',
      },
    ],
  },
  {
    name: 'a sliding window takes all of a pane, whatever its events missed',
    patches: [
      {
        file: 'engine/finalize/aligned-windows.ts',
        find: 'if (missed <= index)',
        replace: 'if (missed <= index || true)',
      },
    ],
  },
  {
    name: 'the pieces of a batch are judged by the watermark before it',
    patches: [
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: 'const chunk = buildChunk(this.#stream, warm, records, progress);',
        replace:
          'const chunk = buildChunk(this.#stream, { ...warm, checkpoint: { ...warm.checkpoint, watermarkMs: progress.startMs } }, records, progress);',
      },
    ],
  },
  {
    name: 'a child shard begins without its parents’ watermark',
    patches: [
      {
        file: 'engine/protocol/register-shards.ts',
        find: 'newCheckpoint(shard.id, shard.parents, holder?.watermarkMs)',
        replace: 'newCheckpoint(shard.id, shard.parents)',
      },
    ],
  },
  {
    name: 'a child shard is registered without a new version of its parent',
    patches: [
      {
        file: 'engine/protocol/register-shards.ts',
        find: 'if (holder && held) writes.push(checkpointWrite(stream, holder, held));',
        replace: 'if (holder && held && false) writes.push(checkpointWrite(stream, holder, held));',
      },
    ],
  },
  {
    name: 'segments expire by event time',
    patches: [
      {
        file: 'engine/ingest/commit.ts',
        find: 'writes.push(segmentPut(tail, expiresAtSeconds));',
        replace: 'writes.push(segmentPut(tail, expiresAtSeconds && Math.ceil((tail.paneStartMs + 20_000) / 1000)));',
      },
    ],
  },
  {
    name: 'an idle shard is raised without regard to what came after the probe',
    patches: [
      {
        file: 'engine/sweep/sweep.ts',
        find: 'idle.map(({ checkpoint }) => replaceCheckpoint(state, stream.name, checkpoint, { watermarkMs })),',
        replace: `idle.map(async ({ checkpoint }) => {
      const latest = (await listCheckpoints(state, stream.name)).find(({ shard }) => shard === checkpoint.shard);
      return replaceCheckpoint(state, stream.name, latest ?? checkpoint, { watermarkMs });
    }),`,
      },
    ],
  },
  {
    name: 'a shard with waiting records is raised as if it were idle',
    patches: [
      {
        file: 'engine/sweep/sweep.ts',
        find: "(probe === 'caughtUp' || probe === 'ended') &&",
        replace: 'probe !== null &&',
      },
      {
        file: 'engine/sweep/idle.ts',
        find: "probe === null || probe === 'recordsWaiting'",
        replace: 'probe === null',
      },
    ],
  },
  {
    name: 'the watermark of idle shards jumps to the clock',
    patches: [
      {
        file: 'engine/sweep/idle.ts',
        find: 'return clockMs + Math.max(0, nowMs - lastArrivalMs) - stream.definition.maxLatenessMs;',
        replace: 'return nowMs - stream.definition.maxLatenessMs;',
      },
    ],
  },
  {
    name: 'a process goes on after the record that it took in half',
    patches: [
      {
        file: 'runtime/live/stream-poller.ts',
        find: 'String(BigInt(sequence) - 1n)',
        replace: 'sequence',
      },
    ],
  },
  {
    name: 'what is kept aside is written after the commit',
    patches: [
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: '      await this.#ports.deadLetters.put(chunk.sideRecords);\n',
        replace: '',
      },
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: '    progress.count(chunk);\n    return true;',
        replace:
          '    progress.count(chunk);\n    await this.#ports.deadLetters.put(chunk.sideRecords);\n    return true;',
      },
    ],
  },
  {
    name: 'rows of sessions are written without a note of their keys',
    patches: [
      {
        file: 'engine/finalize/session-run.ts',
        find: 'await fence.commit({ ledger: await ledger.note(added, (session) => this.#endOf(session)) });',
        replace:
          'const ledgerSets = await ledger.note(added, (session) => this.#endOf(session));\n      queueMicrotask(() => ledgerSets);',
      },
    ],
  },
  {
    name: 'sessions are folded up to the watermark, not to where they cannot change',
    patches: [
      {
        file: 'engine/sources/source.ts',
        find: 'settledMs: watermarkMs - view.definition.allowedLatenessMs,',
        replace: 'settledMs: watermarkMs,',
      },
    ],
  },
  {
    name: 'counts of late events are added again after a crash',
    patches: [
      {
        file: 'engine/finalize/late-patch.ts',
        find: 'await this.#apply(readPatches({ key, data: Buffer.from(part).toString() }));',
        replace:
          'await this.#apply(readPatches({ key, data: Buffer.from(part).toString() }).map(([group, at, late]) => [group, at, late + 1]));',
      },
    ],
  },
  {
    name: 'ids of events are not part of the commit',
    patches: [
      {
        file: 'engine/ingest/commit.ts',
        find: 'writes.push(...idsWrites(',
        replace: 'if (version < 0) writes.push(...idsWrites(',
      },
    ],
  },
  {
    name: 'a revision of a row is added to the views that take it, and does not replace',
    patches: [
      {
        file: 'engine/finalize/downstream-output.ts',
        find: '#0#${windowName}#${chunk}`;',
        replace: '#0#${windowName}#${chunk}#${window.version}`;',
      },
    ],
  },
  {
    name: 'older code goes on beside newer',
    patches: [
      {
        file: 'engine/ingest/shard-aggregator.ts',
        find: 'if (checkpoint.generation > generation) {',
        replace: 'if (checkpoint.generation > generation && generation < 0) {',
      },
    ],
  },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: pieces of code
