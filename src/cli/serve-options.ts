import { parseArgs } from 'node:util';
import { settings } from '../config.ts';
import type { Flags } from '../config.ts';
import { UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';

/** The flags of a command line; `help` when that is what it asks for. */
export function parseServeOptions(args: readonly string[]): Flags | 'help' {
  const [word] = args;
  const options = Object.fromEntries([
    ...settings.map(({ flag, value }) => [
      flag.slice(2),
      { type: value === undefined ? 'boolean' : 'string' } as const,
    ]),
    ['config', { type: 'string' }],
    ['help', { type: 'boolean', short: 'h' }],
  ]) as Record<string, { type: 'boolean' | 'string'; short?: string }>;
  try {
    const { values } = parseArgs({ args: [...args], options, allowNegative: true });
    if (values['help'] || word === 'help') return 'help';
    const flags = settings.map(({ key, flag }) => [key, values[flag.slice(2)]] as const);
    return Object.fromEntries([...flags, ['config', values['config']]]);
  } catch (error) {
    throw usageFailure(error as Error);
  }
}

/** Every setting with its environment variable and default. */
export function serveHelp(): string {
  const lines = settings.map((of) => {
    const { flag, value = '', help, env } = of;
    const standard = describeDefault(of);
    return `  ${`${flag} ${value}`.trimEnd()}\n      ${help}\n      ${env}${standard}`;
  });
  return `Usage: imprimatur serve [options]

Runs the registry until Ctrl-C. A setting is read from its flag, else from the environment variable
named below it, else from the file of --config.

Options:
${lines.join('\n')}
  --config <file>
      YAML file of settings, one "name: value" a line (dataDir for --data-dir)
      IMPRIMATUR_CONFIG
  -h, --help
      show this help

IMPRIMATUR_ROOT_ACCESS_KEY_ID and IMPRIMATUR_ROOT_SECRET_ACCESS_KEY set the root access key.

Examples:
  imprimatur serve
      listens on http://127.0.0.1:9700, its data in ./imprimatur-data
  imprimatur serve --port 0 --data-dir /tmp/registry
      takes any free port, which it prints

Exit codes: 0 stopped; 1 could not start or broke; 2 a setting is wrong.
`;
}

function describeDefault({ fallback, fallbackText }: (typeof settings)[number]): string {
  if (fallbackText !== undefined) return `; default ${fallbackText}`;
  if (typeof fallback === 'boolean') return '; off by default';
  if (fallback === undefined || Array.isArray(fallback)) return '; none by default';
  return `; default ${JSON.stringify(fallback).replaceAll('"', '')}`;
}

function usageFailure(error: Error): UsageFailure {
  // Node's advice after the first sentence is about positional arguments, which there are none of.
  const problem = error.message.split(/\. (?=To |This )/, 1)[0] ?? error.message;
  const [, unknown] = /^Unknown option '([^']+)'/.exec(problem) ?? [];
  const flags = [...settings.map(({ flag }) => flag), '--config', '--help'];
  const hint = unknown === undefined ? '' : didYouMean(unknown, flags);
  return new UsageFailure(`${problem}${hint}\nUsage: imprimatur serve [options]`);
}
