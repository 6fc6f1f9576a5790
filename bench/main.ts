/** Measures the registry: `npm run bench -- --help`. */
import { reportAuthorization } from './authorization.ts';
import { measureEvents } from './events.ts';
import { describeMachine } from './machine.ts';
import { measureAll } from './measure.ts';
import { help, readOptions, UsageError } from './options.ts';
import type { Options } from './options.ts';
import { profile } from './profile.ts';
import { Progress } from './progress.ts';
import { record } from './record.ts';
import { report } from './report.ts';
import { measureSealing } from './sealing.ts';

async function main(): Promise<void> {
  const options = optionsOrExit();
  const progress = new Progress();
  // So that servers are ended and copies removed, by what waits for `exit`.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.error('Broken off.');
      process.exit(1);
    });
  }
  if (options.command === 'help') {
    console.log(help);
  } else if (options.command === 'profile') {
    console.log(await profile(options, progress));
  } else {
    const text = await measure(options, progress);
    progress.done();
    console.log(`${describeMachine().join('; ')}\n\n${text}`);
    if (options.record) record(text);
  }
}

function measure(options: Options, progress: Progress): Promise<string> {
  if (options.command === 'sealing') return measureSealing(options, progress);
  if (options.command === 'events') return measureEvents(options, progress);
  return measureRequests(options, progress);
}

async function measureRequests(options: Options, progress: Progress): Promise<string> {
  const results = await measureAll(options, progress);
  return options.caller === 'user'
    ? reportAuthorization(results, options)
    : report(results, options);
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
}

await main();
