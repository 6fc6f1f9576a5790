import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Shape } from '../../contracts/shape.ts';
import { UsageFailure } from '../failure.ts';
import { parseShorthand, ShorthandError } from './shorthand.ts';
import type { ShorthandValue } from './shorthand.ts';

/**
 * An option's texts as the value of its shape, in JSON's terms: plain, JSON, shorthand, or a file
 * of these. Timestamps stay as they are given.
 */
export function parseOptionValue(texts: readonly string[], shape: Shape, flag: string): unknown {
  const given = texts.length === 1 ? [readReference(texts[0]!, flag)] : texts;
  if (shape.type !== 'list') return parseOne(given[0] ?? '', shape, flag);
  if (given.length === 1 && given[0]!.trimStart().startsWith('['))
    return parseJson(given[0]!, flag);
  return given.map((text) => parseOne(text, shape.member, flag));
}

/** What `file://path` or `fileb://path` names, the latter in base64, else the text itself. */
export function readReference(text: string, flag: string): string {
  const [, scheme, path] = /^(fileb?):\/\/(.*)$/s.exec(text) ?? [];
  if (path === undefined) return text;
  try {
    const bytes = readFileSync(path.replace(/^~(?=\/|$)/, homedir()));
    if (scheme === 'fileb') return bytes.toString('base64');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed(flag, `Unable to load paramfile ${text}: ${(error as Error).message}`);
  }
}

/** A text as JSON. */
export function parseJson(text: string, flag: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw malformed(flag, `Invalid JSON: ${(error as Error).message}\nJSON received: ${text}`);
  }
}

function parseOne(text: string, shape: Shape, flag: string): unknown {
  if (shape.type !== 'structure' && shape.type !== 'map' && shape.type !== 'list') {
    return parseScalar(text, shape, flag);
  }
  if (/^\s*[[{]/.test(text)) return parseJson(text, flag);
  try {
    return typed(
      parseShorthand(text, (reference) => readReference(reference, flag)),
      shape,
      flag,
    );
  } catch (error) {
    throw error instanceof ShorthandError ? malformed(flag, error.message) : error;
  }
}

function parseScalar(text: string, shape: Shape, flag: string): unknown {
  switch (shape.type) {
    case 'integer':
    case 'long':
      if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
      throw malformed(flag, `'${text}' is not a whole number`);
    case 'float':
    case 'double':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
      throw malformed(flag, `'${text}' is not a number`);
    case 'boolean':
      if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
      throw malformed(flag, `'${text}' is neither true nor false`);
    default:
      return text;
  }
}

/** Shorthand knows texts, lists and structures; the shape says what they stand for. */
function typed(value: ShorthandValue, shape: Shape, flag: string): unknown {
  switch (shape.type) {
    case 'list': {
      // A list of one is written without brackets or comma.
      const list = Array.isArray(value) ? value : [value];
      return list.map((element) => typed(element, shape.member, flag));
    }
    case 'structure':
    case 'map': {
      if (typeof value === 'string' || Array.isArray(value)) return value;
      const entries = Object.entries(value).map(([key, inner]) => {
        const member = shape.type === 'map' ? shape.value : shape.memberByName.get(key)?.shape;
        return [key, member ? typed(inner, member, flag) : inner] as const;
      });
      return Object.fromEntries(entries);
    }
    default:
      return typeof value === 'string' ? parseScalar(value, shape, flag) : value;
  }
}

function malformed(flag: string, message: string): UsageFailure {
  return new UsageFailure(`Error parsing parameter '${flag}': ${message}`);
}
