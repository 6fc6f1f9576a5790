import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a command needed. */
export interface Usage {
  readonly seconds: number;
  /** Of all its threads, in seconds. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const program = join(import.meta.dirname, '../src/main.ts');
const marker = 'bench-usage ';
/** Tells at the end of the process what it has used: nobody else can know its highest memory. */
const tellUsage =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(' +
  `"\\n${marker}"+JSON.stringify(process.resourceUsage())))`;

/** Runs a command of ours in a process of its own, and fails as it does. */
export async function runMeasured(args: readonly string[]): Promise<Usage & { output: string }> {
  const from = performance.now();
  const child = spawn(process.execPath, ['--import', tellUsage, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - from) / 1_000;
  const [complaints = '', told] = (await errors).split(marker);
  if (code !== 0 || told === undefined) {
    throw new Error(`imprimatur ${args.join(' ')} ended with ${code}: ${complaints}`);
  }
  const usage = JSON.parse(told) as NodeJS.ResourceUsage;
  const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
  return { seconds, cpuSeconds, peakBytes: usage.maxRSS * 1024, output: await output };
}
