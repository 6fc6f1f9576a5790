import { hash, randomUUID } from 'node:crypto';

/** Makes ids: UUIDs version 4, in lower case. Tests put their own in its place. */
export type NewId = () => string;

/** Random ids. */
export const randomId: NewId = () => randomUUID();

/** Where a UUID says its version. */
const versionAt = 14;

/** The id with a time (epoch milliseconds) at its beginning: a UUID version 7. */
export function timedId(id: string, at: number): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${id.slice(versionAt + 1)}`;
}

/** The time at the beginning of an id; undefined when the text is no such id. */
export function timeOfId(id: string): number | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)) {
    return undefined;
  }
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The second name of what has such an id: the same as version 8, which no other thing bears. */
export function secondId(id: string): string {
  return `${id.slice(0, versionAt)}8${id.slice(versionAt + 1)}`;
}

/** The id of a thing's nth part (0 for the first): a UUID version 8, always the same. */
export function derivedId(id: string, index: number): string {
  const hex = hash('sha256', `${id} ${index}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
