import { randomUUID } from 'node:crypto';

/** Makes ids: UUIDs version 4, in lower case. Tests put their own in its place. */
export type NewId = () => string;

/** Random ids. */
export const randomId: NewId = () => randomUUID();
