// SQS and S3 on a free port of the loopback interface, which is printed. fauxqs is an ES module, and jest loads CommonJS,
// so it runs in a process of its own. It ends with its parent, whose end of the pipe then closes.
import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false });
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
process.stdin.resume().on('end', () => process.exit());
