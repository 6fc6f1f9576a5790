import type { Scope } from '../resource-reference.ts';

interface Scoped {
  readonly account_id: string;
  readonly region: string;
}

/** A key of a name within its account and region. */
export function placeOf({ account_id, region }: Scoped, nameKey: string): string {
  return JSON.stringify([account_id, region, nameKey]);
}

/** Rows by their account and region. */
export function byScope<Row extends Scoped>(rows: readonly Row[]): [scope: Scope, rows: Row[]][] {
  const scopes = new Map<string, [Scope, Row[]]>();
  for (const row of rows) {
    const key = placeOf(row, '');
    const scope = scopes.get(key) ?? [{ accountId: row.account_id, region: row.region }, []];
    scope[1].push(row);
    scopes.set(key, scope);
  }
  return [...scopes.values()];
}
