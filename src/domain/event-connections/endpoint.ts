import type { Call } from '../call.ts';

/**
 * Whether a text is an endpoint to send to: an https:// URL or, as an extension, an http:// one,
 * which is connected to in networks that the configuration allows alone.
 */
export function isEndpoint(text: string, { strictAws }: Pick<Call, 'strictAws'>): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  // A star would let whoever puts an event choose the host.
  if (url.host.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && !strictAws);
}
