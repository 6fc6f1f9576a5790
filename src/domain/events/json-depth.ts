import { limits } from '../../kernel/limits.ts';

/**
 * Whether arrays and objects of a JSON text lie too deep within one another for whoever walks
 * through the value itself, step by step on its stack. The text is JSON.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > limits.eventDetailDepthMax) return true;
  }
  return false;
}
