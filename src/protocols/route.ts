import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../kernel/refusal.ts';
import type { LinkedOperation, LinkedService } from '../contracts/shape.ts';
import { awsJson } from './aws-json.ts';
import type { Protocol } from './protocol.ts';

/** Where a request goes. */
export interface Route {
  readonly service: LinkedService;
  readonly protocol: Protocol;
  /** The operation's name as the caller gives it, cut to a sane length. */
  readonly operationName: string;
  /** Undefined when the service has no such operation. */
  readonly operation: LinkedOperation | undefined;
}

/** What of a request tells where it goes. */
export interface RoutedRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

/** Finds the service, the protocol and the operation of a request. */
export type Router = (request: RoutedRequest) => Route;

const operationNameCharactersMax = 128;

/**
 * Makes a router over services on one port. awsJson services are told apart by X-Amz-Target;
 * services of the other protocols will be by the signature's scope.
 */
export function createRouter(services: readonly LinkedService[]): Router {
  const byTarget = new Map(
    services
      .filter((service) => service.data.protocol === 'json')
      .map((service) => [service.data.targetPrefix, service]),
  );
  return ({ method, path, query, headers }) => {
    if (method !== 'POST' || path !== '/' || !isSignatureOnly(query)) {
      throw new Refusal('unsupported', "Operations are called by POST to '/'.");
    }
    const target = headers['x-amz-target'];
    const dot = typeof target === 'string' ? target.lastIndexOf('.') : -1;
    const service = dot < 0 ? undefined : byTarget.get((target as string).slice(0, dot));
    if (!service) {
      const named = typeof target === 'string' ? `X-Amz-Target '${cut(target)}'` : 'The request';
      throw new Refusal('unsupported', `${named} names no operation of this endpoint.`);
    }
    const operationName = cut((target as string).slice(dot + 1));
    const operation = service.operations.get(operationName);
    return { service, protocol: awsJson, operationName, operation };
  };
}

/** A presigned request has its signature in the query; nothing else belongs there. */
function isSignatureOnly(query: string): boolean {
  return query === '' || query.split('&').every((part) => part.startsWith('X-Amz-'));
}

function cut(text: string): string {
  return text.slice(0, operationNameCharactersMax);
}
