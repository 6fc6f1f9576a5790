import { isUtf8 } from 'node:buffer';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { WireRequest } from './protocol.ts';

/** A level of a form's names: `Tags.member.1.Key=a` is four of them. */
export interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

/** The parameters of a request, still encoded: a POST has them in its body, a GET in its query. */
export function formText({ method, query, body }: WireRequest): string {
  if (method === 'GET') {
    // What signs a presigned request is no parameter of its operation.
    const parts = query.split('&').filter((part) => !part.startsWith('X-Amz-'));
    return parts.join('&');
  }
  if (body.length > limits.formBytesMax) {
    const message = `The parameters must not exceed ${limits.formBytesMax} bytes.`;
    throw new Refusal('too-large', message);
  }
  if (!isUtf8(body)) throw malformed('The request body is not valid UTF-8.');
  return body.toString('utf8');
}

/** The value of one parameter, the first of its name; the rest of the form is not looked at. */
export function findParameter(text: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|&)${name}=([^&]*)`).exec(text)?.[1];
  return found === undefined ? undefined : decodePart(found);
}

/** Takes a form apart; refuses what two readers could understand in two ways. */
export function parseForm(text: string): FormNode {
  const root: FormNode = { children: new Map() };
  const parts = text.split('&').filter((part) => part !== '');
  if (parts.length > limits.formParametersMax) {
    throw malformed(`A request may have at most ${limits.formParametersMax} parameters.`);
  }
  for (const part of parts) {
    const end = part.indexOf('=');
    const name = decodePart(end < 0 ? part : part.slice(0, end));
    const node = nodeOf(root, name);
    if (node.value !== undefined) throw malformed(`The parameter '${cut(name)}' is there twice.`);
    node.value = end < 0 ? '' : decodePart(part.slice(end + 1));
  }
  return root;
}

function nodeOf(root: FormNode, name: string): FormNode {
  const levels = name.split('.');
  if (levels.length > limits.inputDepthMax) {
    const most = limits.inputDepthMax;
    throw malformed(`The parameter '${cut(name)}' is nested deeper than ${most} levels.`);
  }
  let node = root;
  for (const level of levels) {
    if (level === '') throw malformed(`'${cut(name)}' is no name of a parameter.`);
    let next = node.children.get(level);
    if (!next) {
      next = { children: new Map() };
      node.children.set(level, next);
    }
    node = next;
  }
  return node;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed(`'${cut(text)}' is not percent-encoded UTF-8.`);
  }
}

function cut(text: string): string {
  return text.slice(0, limits.echoCharactersMax).toWellFormed();
}

/** An input that cannot be read: MalformedInput on the wire. */
export function malformed(message: string): Refusal {
  return new Refusal('unreadable', message);
}
