import { main } from '../../bin/cli/main.ts';

/** `streamgauge start` with the arguments of this process, which tells its parent at the end what it took. */
const { stdout, stderr, env } = process;
process.exitCode = await main(['start', ...process.argv.slice(2)], { stdout, stderr, env });
process.send?.({ cpuMicros: process.cpuUsage(), maxRssKilobytes: process.resourceUsage().maxRSS });
process.disconnect?.();
