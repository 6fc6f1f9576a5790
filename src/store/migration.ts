import type { Dialect } from './dialect.ts';

/** A step of the schema: statements, once released never edited, only followed by others. */
export interface Migration {
  /** The number that its file name begins with. */
  readonly id: number;
  readonly name: string;
  readonly statements: (dialect: Dialect) => string[];
}
