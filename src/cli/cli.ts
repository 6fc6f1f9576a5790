import { parseArgs } from 'node:util';
import { settings } from '../config.ts';

/** Runs the command line. */
export async function main(args: string[]): Promise<void> {
  const { serve } = await import('./serve.ts');
  const options = Object.fromEntries(
    settings.map((of) => [of.flag.slice(2), { type: of.value ? 'string' : 'boolean' } as const]),
  );
  const { values } = parseArgs({ args: args.slice(1), options });
  await serve(
    Object.fromEntries(settings.map((of) => [of.key, values[of.flag.slice(2)] as string])),
  );
}
