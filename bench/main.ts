/** Measures the registry: `npm run bench -- --help`. */
import { reportAuthorization } from './authorization.ts';
import { describeMachine } from './machine.ts';
import { measureAll } from './measure.ts';
import { help, readOptions, UsageError } from './options.ts';
import type { Options } from './options.ts';
import { profile } from './profile.ts';
import { Progress } from './progress.ts';
import { record } from './record.ts';
import { report } from './report.ts';

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
    const results = await measureAll(options, progress);
    progress.done();
    const text =
      options.caller === 'user' ? reportAuthorization(results, options) : report(results, options);
    console.log(`${describeMachine().join('; ')}\n\n${text}`);
    if (options.record) record(text);
  }
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
