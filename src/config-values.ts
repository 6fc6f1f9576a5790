/** A configuration that cannot be used; the message says which setting and what it may be. */
export class ConfigError extends Error {}

/** One thing that can be configured: by a flag, an environment variable or a line of the file. */
export interface Setting<T> {
  readonly key: string;
  readonly flag: string;
  readonly env: string;
  /** What stands for the value in `--help`; a switch has none. */
  readonly value?: string;
  readonly help: string;
  readonly fallback: T;
  /** How `--help` names the default, where the value itself does not tell. */
  readonly fallbackText?: string;
  /** Whether the value may hold a password, so that no message repeats it. */
  readonly isSecret?: true;
  parse(text: string): T;
}

/** Declares a setting; its flag and its variable follow from its key. */
export function setting<T>(given: Omit<Setting<T>, 'flag' | 'env'>): Setting<T> {
  const words = given.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const env = `IMPRIMATUR_${words.replaceAll('-', '_').toUpperCase()}`;
  return { ...given, flag: `--${words}`, env };
}

/** The value of a setting's text; a refusal names the setting. */
export function parseSetting<T>(of: Setting<T>, text: string): T {
  try {
    return of.parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const name = `${of.flag} (${of.env}, or ${of.key} in the file)`;
    if (of.isSecret) throw new ConfigError(`${name} must be ${error.message}`);
    throw new ConfigError(`${name} must be ${error.message}, not '${text}'.`);
  }
}

/** Refuses a value; the message says what it may be. */
export function wrong(wanted: string): never {
  throw new ConfigError(wanted);
}

/** A text that is not empty. */
export function filled(text: string, wanted: string): string {
  return text === '' ? wrong(wanted) : text;
}

/** A whole number within bounds. */
export function integer(text: string, min: number, max: number): number {
  const value = Number(text);
  const fits = /^\d+$/.test(text) && value >= min && value <= max;
  return fits ? value : wrong(`a whole number from ${min} to ${max}`);
}

/** A part of the whole. */
export function fraction(text: string): number {
  const value = Number(text);
  const fits = /^\d*\.?\d+$/.test(text) && value <= 1;
  return fits ? value : wrong('a number from 0 to 1, or "off"');
}

/** The value of a switch. */
export function boolean(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return wrong('true or false');
}

/** The items between commas. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
