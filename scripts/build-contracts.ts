/**
 * Writes src/contracts/<service>.gen.ts from the service models of the PyPI package botocore
 * (Apache-2.0): names, types, limits and errors of the operations that services.json lists.
 *
 *   node scripts/build-contracts.ts [--check] [BOTOCORE_DATA_FOLDER]
 *
 * Without a folder it asks python3 where botocore is installed. `--check` writes nothing and fails
 * when a generated file is stale.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { render } from './render-contract.ts';
import type { Model, ServiceListing } from './service-model.ts';

const contractsFolder = join(import.meta.dirname, '../src/contracts');

/** The folder that holds botocore's models. */
function botocoreData(given: string | undefined): string {
  if (given) return given;
  const where = 'import botocore, os; print(os.path.dirname(botocore.__file__))';
  const python = process.env.IMPRIMATUR_TEST_PYTHON ?? 'python3';
  return join(execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim(), 'data');
}

function botocoreVersion(data: string): string {
  const source = readFileSync(join(dirname(data), '__init__.py'), 'utf8');
  return /__version__ = '([^']+)'/.exec(source)?.[1] ?? 'unknown';
}

function readModel(data: string, name: string): Model {
  const plain = join(data, `${name}.json`);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return JSON.parse(text) as Model;
}

function main(): void {
  const args = process.argv.slice(2);
  const check = args.includes('--check');
  const data = botocoreData(args.find((arg) => !arg.startsWith('--')));
  const listings = JSON.parse(
    readFileSync(join(contractsFolder, 'services.json'), 'utf8'),
  ) as Record<string, ServiceListing>;
  const version = botocoreVersion(data);
  const stale: string[] = [];
  for (const [service, listing] of Object.entries(listings)) {
    const file = join(contractsFolder, `${service}.gen.ts`);
    const text = render(service, listing, readModel(data, listing.model), version);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale.push(file);
    if (!check) writeFileSync(file, text);
  }
  if (check && stale.length > 0) {
    console.error(`Stale: ${stale.join(', ')}. Run: npm run generate`);
    process.exitCode = 1;
  } else {
    console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'Contracts are fresh.');
  }
}

main();
