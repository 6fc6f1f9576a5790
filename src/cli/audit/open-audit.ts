import type { Config } from '../../config.ts';
import { displayDatabaseUrl } from '../../store/database-url.ts';
import type { Database } from '../../store/database.ts';
import { Failure } from '../failure.ts';
import { explainFileFailure } from '../file-failure.ts';
import { openForReading } from '../open-for-reading.ts';

/** Opens the database of a configuration to look into it, and explains what goes wrong. */
export async function withDatabase<T>(
  config: Config,
  doing: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    const database = await openForReading(config.database);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw explainFileFailure(error, `${doing} of ${displayDatabaseUrl(config.database)} broke off`);
  }
}

/** What is said where the server has sealed nothing yet. */
export function nothingSealed(): Failure {
  return new Failure(
    'Nothing is sealed yet. A running server seals within seconds of the first write; ' +
      '"imprimatur doctor" tells why it does not.',
  );
}
