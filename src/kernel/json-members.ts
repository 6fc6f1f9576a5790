/** Where an object keeps members of which it has only the text. */
const unparsed = Symbol('unparsed members');

/**
 * Adds members that are stored as JSON and go to the wire as JSON, so that nobody parses them on
 * the way. They must be spelled as the wire spells them; only `stringifyMembers` knows of them.
 */
export function withJsonMembers<Whole extends object>(
  members: Partial<Whole>,
  json: string,
): Whole {
  return { ...members, [unparsed]: json } as unknown as Whole;
}

/** The JSON text of an object, members that are text already included. */
export function stringifyMembers(object: object): string {
  const text = JSON.stringify(object);
  const more = (object as { [unparsed]?: string })[unparsed];
  if (more === undefined || more === '{}') return text;
  return text === '{}' ? more : `${text.slice(0, -1)},${more.slice(1)}`;
}
