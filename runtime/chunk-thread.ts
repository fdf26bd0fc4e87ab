import { parentPort, workerData } from 'node:worker_threads';
import { randomHashKey } from '../adapters/hash-key.ts';
import { foreseeChunk } from '../engine/ingest/foreseen-chunk.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { asMessage } from './chunk-message.ts';
import { type FromThread, keysOf, type ThreadSettings, type ToThread } from './chunk-threads.ts';
import { loadPipeline } from './load-pipeline.ts';
import { unpackBatch } from './packed-batch.ts';
import { streamOfFiles } from './stream-of-files.ts';

// What a thread of `ChunkThreads` runs.
const { pipelineFile, nowMs, sort } = workerData as ThreadSettings;
const plan = compilePipeline(await loadPipeline(pipelineFile), { hashKey: randomHashKey() });
const streams = new Map(plan.streams.map((stream) => [stream.name, streamOfFiles(stream, { nowMs, sort })]));

parentPort?.on('message', ({ id, stream: name, shard, packed }: ToThread) => {
  const stream = streams.get(name);
  const foreseen = stream === undefined ? null : foreseeChunk(stream, shard, unpackBatch(packed));
  const { message, transfer } = asMessage(foreseen);
  const built: FromThread = { kind: 'built', id, foreseen: message, memory: packed.memory };
  parentPort?.postMessage(built, [...transfer, packed.memory]);
});
parentPort?.postMessage({ kind: 'ready', views: keysOf(plan.views) } satisfies FromThread);
