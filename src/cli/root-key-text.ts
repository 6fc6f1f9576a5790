import type { RootAccessKey } from '../contracts/imprimatur-accounts.ts';
import type { Terminal } from './terminal.ts';

/** Prints a root access key as a shell reads it; what is for people goes beside it. */
export function printKey(key: RootAccessKey, terminal: Terminal): void {
  terminal.error.write('Keep its root access key, which is not shown again:\n');
  terminal.out.write(
    `export AWS_ACCESS_KEY_ID=${key.AccessKeyId}\n` +
      `export AWS_SECRET_ACCESS_KEY=${key.SecretAccessKey}\n`,
  );
}
