import { Agent, request } from 'node:http';
import { clickLines } from '../events.ts';

/** A request this often: producers collect for about so long. */
export const REQUEST_MS = 20;
const CONNECTIONS = 8;

/** Events of one request, which have the same due time: when a steady sender would send them. */
export interface SentBatch {
  readonly dueMs: number;
  readonly events: number;
  /** When the acknowledgement came. */
  acknowledgedMs: number;
}

/** Sends events at a steady rate, whatever the answers take: a slow answer does not slow the sender down. */
export async function sendAtRate(url: string, eventsPerSecond: number, seconds: number): Promise<readonly SentBatch[]> {
  const perRequest = (eventsPerSecond * REQUEST_MS) / 1000;
  const requests = (seconds * 1000) / REQUEST_MS;
  const lines = clickLines({ events: perRequest * requests, pages: 1000 });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startedMs = Date.now() + REQUEST_MS;
  const batches: SentBatch[] = [];
  const answers: Promise<void>[] = [];
  for (let index = 0; index < requests; index++) {
    const dueMs = startedMs + index * REQUEST_MS;
    const waitMs = dueMs - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const batch = { dueMs, events: perRequest, acknowledgedMs: Number.NaN };
    batches.push(batch);
    const due = new Date(dueMs).toISOString();
    const body = lines
      .slice(index * perRequest, (index + 1) * perRequest)
      .map((line) => line.replace(/"timestamp":"[^"]*"/, `"timestamp":"${due}"`))
      .join('\n');
    answers.push(
      post(agent, `${url}/streams/clicks/events`, body).then(() => {
        batch.acknowledgedMs = Date.now();
      }),
    );
  }
  await Promise.all(answers);
  agent.destroy();
  return batches;
}

function post(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`The answer to a request of events is ${response.statusCode}.`));
      });
    });
    sent.on('error', reject).end(body);
  });
}
