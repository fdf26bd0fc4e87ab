import { main } from '../../bin/cli/main.ts';

/** What the server took so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly maxRssMebibytes: number;
}

/** `streamgauge dev` with the arguments of this process, which tells its parent what it takes whenever that asks. */
process.on('message', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxRssMebibytes: maxRSS / 1024 };
  process.send?.(usage);
});
const { stdout, stderr, env } = process;
process.exitCode = await main(['dev', ...process.argv.slice(2)], { stdout, stderr, env });
process.disconnect?.();
