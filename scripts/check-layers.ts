import { checkLayers } from './layers.ts';

const { files, violations } = await checkLayers(process.cwd());
for (const { from, to, rule } of violations) console.error(`${from} → ${to}: ${rule}`);
console.log(`Layers: ${files} files, ${violations.length} imports against the plan.`);
process.exitCode = violations.length > 0 || files === 0 ? 1 : 0;
