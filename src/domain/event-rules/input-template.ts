/** A template of an input transformer: text with placeholders (`<name>`) between. */
export interface InputTemplate {
  /** Whether it is JSON; else it is text, in quotes. */
  readonly isJson: boolean;
  readonly parts: readonly (string | Placeholder)[];
}

/** What is replaced by a value. */
export interface Placeholder {
  readonly name: string;
  /** Whether it stands inside of a string of a JSON template. */
  readonly isQuoted: boolean;
}

/** Reads a template: it is text if it begins with a quote, and JSON if not. */
export function parseTemplate(text: string): InputTemplate {
  const isJson = !text.trimStart().startsWith('"');
  const parts: (string | Placeholder)[] = [];
  let isQuoted = false;
  let end = 0;
  for (const match of text.matchAll(/<(?<name>[^<>\r\n]*)>/g)) {
    const between = text.slice(end, match.index);
    isQuoted = endsQuoted(between, isQuoted);
    parts.push(between, { name: match.groups!['name']!, isQuoted });
    end = match.index + match[0].length;
  }
  return { isJson, parts: [...parts, text.slice(end)] };
}

/** Whether a string of JSON is open at the end of a text. */
function endsQuoted(text: string, isOpen: boolean): boolean {
  const quotes = text.replaceAll(/\\./g, '').split('"').length - 1;
  return quotes % 2 === 0 ? isOpen : !isOpen;
}

/** The names of a template's placeholders. */
export function placeholdersOf({ parts }: InputTemplate): string[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}

/**
 * The template with values in the place of its placeholders, as EventBridge puts them there
 * (events.md section 4): nothing is escaped, so that the outcome need not be JSON.
 */
export function fillTemplate(
  { isJson, parts }: InputTemplate,
  valueOf: (name: string) => unknown,
): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = valueOf(part.name);
      if (!isJson) return plainText(value);
      return part.isQuoted ? quotedText(value) : JSON.stringify(value ?? emptyOf(value));
    })
    .join('');
}

/** Nothing at a path is an empty string; a null that is there stays one. */
function emptyOf(value: null | undefined): null | '' {
  return value === undefined ? '' : null;
}

/** In text, whatever is no text is JSON without its quotes. */
function plainText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}

/** As in text, but a list keeps its quotes, which end the string that it stands in. */
function quotedText(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value) : plainText(value);
}
