import type { Refusal } from '../kernel/refusal.ts';
import type { Shape } from '../contracts/shape.ts';
import { malformed } from './query-form.ts';
import { parseTimestamp } from './timestamp.ts';

/** A value that is text on the wire, as its shape has it. */
export function readScalar(text: string, shape: Shape, path: string): unknown {
  switch (shape.type) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw mismatch('Boolean', path);
      return text === 'true';
    case 'integer':
    case 'long': {
      const number = Number(text);
      if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(number)) {
        throw mismatch('Integer', path);
      }
      return number;
    }
    case 'float':
    case 'double': {
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number)) throw mismatch('Double', path);
      return number;
    }
    case 'timestamp': {
      const milliseconds = parseTimestamp(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
      if (milliseconds === undefined) throw mismatch('Timestamp', path);
      return milliseconds;
    }
    case 'blob':
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw mismatch('Blob', path);
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

function mismatch(wanted: string, path: string): Refusal {
  return malformed(`STRING_VALUE can not be converted to ${wanted} at '${path}'`);
}
