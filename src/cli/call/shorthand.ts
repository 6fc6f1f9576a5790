/** A text that the shorthand syntax cannot make sense of; shows where. */
export class ShorthandError extends Error {}

/** What a text in shorthand syntax says, before types are known. */
export type ShorthandValue = string | ShorthandValue[] | { [key: string]: ShorthandValue };

/** Reads what `Key@=file://…` names. */
export type ReadFile = (reference: string) => string;

// The aws CLI's classes of characters. A word may start with anything but white space, quotes and
// the syntax's own signs; how it may go on depends on whether it is first after the equals sign.
const start = String.raw`\\,|[^\0- "',=[{]`;
const firstWord = new RegExp(String.raw`(?:${start})(?:\\,|[^"',\]}])*`, 'uy');
const laterWord = new RegExp(String.raw`(?:${start})(?:\\,|[^"',=])*`, 'uy');
const quoted = { "'": /'(?:\\'|[^'])*'/y, '"': /"(?:\\"|[^"])*"/y };
const keyWord = /[A-Za-z0-9\-_.#/:]*/y;
const space = /\s*/y;

/**
 * Reads the aws CLI's shorthand syntax: `Key=k,Value=v`, lists `a=1,2` and `a=[1,2]`, structures
 * `a={b=1,c=[{d=2}]}`, quoted values, files by `key@=file://path`.
 */
export function parseShorthand(text: string, readFile: ReadFile): Record<string, ShorthandValue> {
  return new Parser(text, readFile).parameter();
}

class Parser {
  readonly #text: string;
  readonly #readFile: ReadFile;
  #at = 0;
  /** Whether the key of the value at hand ended in `@`. */
  #fromFile = false;

  constructor(text: string, readFile: ReadFile) {
    this.#text = text;
    this.#readFile = readFile;
  }

  parameter(): Record<string, ShorthandValue> {
    const parameter = Object.create(null) as Record<string, ShorthandValue>;
    for (let first = true; first || this.#at < this.#text.length; first = false) {
      if (!first) this.#expect(',');
      const keyAt = this.#at;
      const key = this.#key();
      if (Object.hasOwn(parameter, key)) {
        this.#at = keyAt;
        throw this.#error(
          `Second instance of key '${key}'; values that belong together go into [ ], ` +
            'further structures after a space',
        );
      }
      parameter[key] = this.#values();
    }
    return parameter;
  }

  #key(): string {
    const key = this.#take(keyWord) ?? '';
    this.#skipSpace();
    this.#fromFile = this.#text[this.#at] === '@';
    if (this.#fromFile) this.#at += 1;
    this.#expect('=');
    return key;
  }

  #values(): ShorthandValue {
    const opening = this.#text[this.#at];
    if (opening === undefined) return '';
    return opening === '[' || opening === '{' ? this.#nested(opening) : this.#commaSeparated();
  }

  #nested(opening: '[' | '{'): ShorthandValue {
    return opening === '[' ? this.#list() : this.#structure();
  }

  /** `b` of `a=b`, or `b` and `c` of `a=b,c`; of `a=b,c=d` the comma after b ends the value. */
  #commaSeparated(): ShorthandValue {
    const first = this.#word(firstWord) ?? '';
    const list = [first];
    while (this.#peek() === ',') {
      const comma = this.#at;
      this.#expect(',');
      const word = this.#at === this.#text.length ? undefined : this.#word(laterWord);
      const next = this.#peek();
      if (word === undefined || (next !== undefined && next !== ',')) {
        if (this.#at === this.#text.length) throw this.#error('a value is missing at the end');
        this.#at = comma;
        break;
      }
      list.push(word);
    }
    return list.length === 1 ? first : list;
  }

  #list(): ShorthandValue[] {
    const list: ShorthandValue[] = [];
    this.#expect('[');
    while (this.#peek() !== ']') {
      list.push(this.#element());
      if (this.#peek() !== ']') this.#expect(',');
    }
    this.#at += 1;
    return list;
  }

  #structure(): Record<string, ShorthandValue> {
    const structure = Object.create(null) as Record<string, ShorthandValue>;
    this.#expect('{');
    while (this.#peek() !== '}') {
      structure[this.#key()] = this.#element();
      if (this.#peek() !== '}') this.#expect(',');
    }
    this.#at += 1;
    return structure;
  }

  #element(): ShorthandValue {
    const opening = this.#text[this.#at];
    if (opening === '[' || opening === '{') return this.#nested(opening);
    return this.#word(firstWord) ?? '';
  }

  /** A quoted or a bare word; undefined when there is none. */
  #word(bare: RegExp): string | undefined {
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') {
      const token = this.#take(quoted[quote]);
      if (token === undefined) throw this.#error('the closing quote is missing');
      const inside = token.slice(1, -1).replaceAll(`\\${quote}`, quote).replaceAll('\\\\', '\\');
      return this.#resolve(inside);
    }
    const token = this.#take(bare);
    return token === undefined ? undefined : this.#resolve(token.replaceAll('\\,', ',').trimEnd());
  }

  #resolve(value: string): string {
    return this.#fromFile ? this.#readFile(value) : value;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }

  /** The next character that is no white space, which is passed over. */
  #peek(): string | undefined {
    this.#skipSpace();
    return this.#text[this.#at];
  }

  #expect(sign: string): void {
    const found = this.#peek();
    if (found !== sign) throw this.#error(`expected '${sign}', found ${named(found)}`);
    this.#at += 1;
    this.#skipSpace();
  }

  #skipSpace(): void {
    this.#take(space);
  }

  #error(message: string): ShorthandError {
    const lineStart = this.#text.lastIndexOf('\n', this.#at - 1) + 1;
    const lineEnd = this.#text.indexOf('\n', this.#at);
    const end = lineEnd < 0 ? this.#text.length : lineEnd;
    const pointer = `${' '.repeat(this.#at - lineStart)}^`;
    return new ShorthandError(
      `${message}:\n${this.#text.slice(0, end)}\n${pointer}${this.#text.slice(end)}`,
    );
  }
}

function named(sign: string | undefined): string {
  return sign === undefined ? 'the end' : `'${sign}'`;
}
