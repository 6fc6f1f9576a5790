import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageNameTable, ModelPackageRow } from '../../store/tables.ts';
import { nameKey } from '../resource-reference.ts';
import { placeOf } from './by-scope.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Inspection } from './finding.ts';
import { findNames, findPackageRows, listNames } from './integrity-store.ts';

/** The name that a package holds in the namespace of names, if any. */
export function ownName(row: ModelPackageRow): string | null {
  return row.version === null ? row.name : row.alias;
}

/** Checks that every name leads to a package that bears it; answers how many there are. */
export async function checkNames(inspection: Inspection): Promise<number> {
  const { database } = inspection;
  const page = { accountId: '', region: '', nameKey: '', limit: limits.scanRows };
  let count = 0;
  for (;;) {
    const rows = await database.read((tx) => listNames(tx, page));
    const suspects = await database.read((tx) => examineNames(tx, rows));
    for (const { account_id: accountId, region, name_key } of suspects.keys()) {
      await confirm(inspection, async (tx) => {
        const again = await findNames(tx, { accountId, region }, [name_key]);
        const problems = [...(await examineNames(tx, again)).values()];
        return problems.map((problem) => ({ check: 'names', problem, advice: restoreAdvice }));
      });
    }
    count += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < page.limit) return count;
    page.accountId = last.account_id;
    page.region = last.region;
    page.nameKey = last.name_key;
    await setImmediate();
  }
}

async function examineNames(
  tx: Transaction,
  names: readonly ModelPackageNameTable[],
): Promise<Map<ModelPackageNameTable, string>> {
  const found = new Map<ModelPackageNameTable, string>();
  if (names.length === 0) return found;
  const rows = await findPackageRows(tx, [...new Set(names.map((name) => name.package_id))]);
  const packages = new Map(rows.map((row) => [row.id, row]));
  for (const name of names) {
    const where = `'${name.name_key}' in ${name.region} of account ${name.account_id}`;
    const row = packages.get(name.package_id);
    if (!row) found.set(name, `The name ${where} leads to no package.`);
    else if (!bears(row, name)) {
      found.set(name, `The name ${where} leads to a package that does not bear it.`);
    }
  }
  return found;
}

function bears(row: ModelPackageRow, name: ModelPackageNameTable): boolean {
  const own = ownName(row);
  return own !== null && placeOf(row, nameKey(own)) === placeOf(name, name.name_key);
}
