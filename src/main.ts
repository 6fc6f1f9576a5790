import { enableCompileCache } from 'node:module';

// Before anything else is loaded: type stripping and compiling are most of the start-up time.
enableCompileCache();
const { main } = await import('./cli/cli.ts');
await main(process.argv.slice(2));
