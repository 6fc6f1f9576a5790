/** What lies in a PostgreSQL database, read past the servers. */
import pg from 'pg';
import type { StoreState } from './store-state.ts';

type Json = Record<string, unknown>;

const int8 = 20;

/** Reads every row of the registry, all as of one moment. */
export async function readPostgres(url: string): Promise<StoreState> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, Number);
  const client = new pg.Client({ connectionString: url, types });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read');
    const all = async <Row extends object>(text: string) => (await client.query<Row>(text)).rows;
    return {
      groups: await all('select * from model_package_group order by id'),
      packages: await all('select * from model_package order by id'),
      names: await all('select * from model_package_name'),
      properties: await all(
        'select * from search_property left join search_property_name on id = name_id',
      ),
      journal: (
        await all<StoreState['journal'][number] & { document: string }>(
          'select * from journal order by seq',
        )
      ).map((row) => ({ ...row, document: JSON.parse(row.document) as Json })),
    };
  } finally {
    await client.end();
  }
}
