import type { Template } from './templates.ts';

/** The README of a new project. */
export function readme(name: string, { stream, summary }: Template): string {
  return `# ${name}

Streaming analytics with streamgauge: ${summary}.

\`\`\`sh
npm install
npm start
\`\`\`

\`npm start\` replays \`data/sample.jsonl\` as a live stream and shows windows filling and closing. The same results are JSON on
http://127.0.0.1:8787. Stop it with Ctrl-C and start it again: it goes on where it was. \`npm start -- --fresh\` starts over.

\`\`\`sh
npm test
npm run types
\`\`\`

The tests run the pipeline in memory, with a clock that they move.

| file | what it is |
|---|---|
| \`pipeline.ts\` | the pipeline: what an event looks like, and what is computed from it. Edit it |
| \`pipeline.test.ts\` | its tests |
| \`data/sample.jsonl\` | sample events, one a line; one line is broken, and becomes a dead letter |
| \`cdk.json\` | what \`npx cdk\` deploys |

## Your own events

Put them into a file, one JSON object a line, change the schema in \`pipeline.ts\` to fit, and run

\`\`\`sh
npx streamgauge run pipeline.ts --input ${stream}=FILE --out out
\`\`\`

The rows are then in \`out/\`, and what did not fit is in \`out/_dead_letters.jsonl\`, with the reason.

## To AWS

\`\`\`sh
npm install --save-dev aws-cdk@2 aws-cdk-lib@2 constructs@10 esbuild
npx cdk bootstrap
npx cdk deploy
\`\`\`

\`npx streamgauge cost pipeline.ts --rate 100\` says before what that costs at 100 events a second.
`;
}
