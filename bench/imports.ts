import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { bundle, pipelineCode } from '../lib/function-code.ts';
import weblog from '../pipelines/weblog.ts';
import { format, print } from './measure.ts';
import { spreadOf } from './ratios.ts';

const RUNS = 9;
const ENTRY = join(import.meta.dirname, '../pipelines/weblog.ts');
/** A module that opens what every function needs: the runtime's own part of a cold start. */
const BARE = "await import('node:https'); await import('node:zlib');";

/**
 * What a cold start reads and how long it computes until the handler is there, of the two functions that wait for events.
 * CPU time, of a process of its own each time, in turns with one that imports Node's own modules alone.
 */
export async function benchImports(): Promise<void> {
  print();
  print(`Cold starts: bytes that are read, and CPU time until the handler is there, of ${RUNS} processes each`);
  for (const lambda of ['aggregate', 'finalize']) {
    const dir = mkdtempSync(join(tmpdir(), 'imports-'));
    try {
      bundle(lambda, pipelineCode(pipelineDefinition(weblog, ENTRY), ENTRY), dir);
      const { read, compressed } = sizesOf(dir);
      const bare: number[] = [];
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        bare.push(cpuMs(BARE));
        times.push(cpuMs(`await import(${JSON.stringify(join(dir, 'index.js'))});`));
      }
      print(
        `  ${lambda.padEnd(10)} ${format(read / 1000).padStart(5)} KB read at start, ${format(compressed / 1000).padStart(4)} KB compressed in all; ${format(spreadOf(times).middle)} ms (least ${format(spreadOf(times).least)}), of which Node's own modules ${format(spreadOf(bare).middle)} ms`,
      );
    } finally {
      rmSync(dir, { recursive: true });
    }
  }
}

function sizesOf(dir: string): { readonly read: number; readonly compressed: number } {
  const code = new Map(
    readdirSync(dir)
      .filter((name) => name.endsWith('.js'))
      .map((name) => [name, readFileSync(join(dir, name), 'utf8')] as const),
  );
  const names = new Set(['index.js']);
  for (const name of names) {
    for (const [, imported = ''] of (code.get(name) ?? '').matchAll(/(?:from|import)"\.\/([^"]+)"/g))
      names.add(imported);
  }
  return {
    read: [...names].reduce((sum, name) => sum + (code.get(name) ?? '').length, 0),
    compressed: [...code.values()].reduce((sum, text) => sum + gzipSync(text).length, 0),
  };
}

function cpuMs(statement: string): number {
  const code = `const from = process.cpuUsage(); ${statement} const { user, system } = process.cpuUsage(from); console.log((user + system) / 1000);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, ...ENVIRONMENT },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The handler does not load: ${stderr}`);
  return Number(stdout);
}

/** As the stack sets it. */
const ENVIRONMENT = {
  STREAMGAUGE_STREAMS: '{"requests":"requests"}',
  STREAMGAUGE_STATE_TABLE: 'state',
  STREAMGAUGE_RESULTS_TABLE: 'results',
  STREAMGAUGE_FINALIZE_QUEUE_URL: 'http://127.0.0.1:1/finalize.fifo',
  STREAMGAUGE_BUCKET: 'side-outputs',
  STREAMGAUGE_PAGES_BUCKET: 'pages',
  STREAMGAUGE_METRICS_NAME: 'bench',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

if (import.meta.main) await benchImports();
