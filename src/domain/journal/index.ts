import { listResourceHistory } from './list-resource-history.ts';

/** What can be asked of the journal. */
export const journalOperations = [listResourceHistory];
