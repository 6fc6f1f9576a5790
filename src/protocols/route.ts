import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../kernel/refusal.ts';
import type { LinkedOperation, LinkedService } from '../contracts/shape.ts';
import { awsJson } from './aws-json.ts';
import { eventStream } from './event-stream.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { findParameter, formText } from './query-form.ts';
import { queryXml } from './query-xml.ts';
import { restJson } from './rest-json.ts';

/** Where a request goes. */
export interface Route {
  readonly service: LinkedService;
  readonly protocol: Protocol;
  /** The operation's name as the caller gives it, cut to a sane length. */
  readonly operationName: string;
  /** Undefined when the service has no such operation. */
  readonly operation: LinkedOperation | undefined;
  /** Whether it is about who may call: no region has a part in that. */
  readonly isGlobal: boolean;
  /** What the caller hears then. */
  readonly absence: string;
}

/** What of a request tells where it goes. */
export interface RoutedRequest extends WireRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Finds the service, the protocol and the operation of a request. */
export type Router = (request: RoutedRequest) => Route;

const operationNameCharactersMax = 128;

/** The protocol of a request, be it routed or not: in it the answer is written. */
export function protocolOf({ method, query, headers }: RoutedRequest): Protocol {
  if (headers['x-amz-target'] !== undefined) return awsJson;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const isAction = method === 'GET' && /(?:^|&)Action=/.test(query);
  return isForm || isAction ? queryXml : awsJson;
}

/**
 * Makes a router over services on one port. awsJson services are told apart by X-Amz-Target, those
 * of the Query protocol by the signature's scope and the version that they are called in; the
 * operations of REST services by method and path.
 */
export function createRouter(services: readonly LinkedService[]): Router {
  const ofProtocol = (protocol: string) =>
    services.filter((service) => service.data.protocol === protocol);
  const byTarget = new Map(
    ofProtocol('json').map((service) => [service.data.targetPrefix, service]),
  );
  const queryServices = ofProtocol('query');
  const byPath = restOperations(services);
  return (request) => {
    const rest = byPath.get(`${request.method} ${request.path}`);
    if (rest && request.headers['x-amz-target'] === undefined) return routeOf(rest);
    const isQuery = protocolOf(request) === queryXml;
    const isGet = isQuery && request.method === 'GET';
    const isPost = request.method === 'POST' && isSignatureOnly(request.query);
    if (request.path !== '/' || !(isGet || isPost)) {
      throw new Refusal('unsupported', "Operations are called by POST to '/'.");
    }
    return isQuery ? routeForm(request, queryServices) : routeTarget(request, byTarget);
  };
}

/** By `<method> <path>`; the paths of the services that are spoken have no parts that vary. */
function restOperations(services: readonly LinkedService[]): Map<string, LinkedOperation> {
  const operations = services
    .flatMap((service) => [...service.operations.values()])
    .filter(({ data }) => data.http !== undefined);
  const byPath = new Map<string, LinkedOperation>();
  for (const operation of operations) {
    const { method, requestUri } = operation.data.http!;
    const key = `${method} ${requestUri}`;
    if (byPath.has(key) || !/^[/a-z-]+$/.test(requestUri)) {
      throw new Error(`${operation.name}: the path ${requestUri} leads to no operation alone.`);
    }
    byPath.set(key, operation);
  }
  return byPath;
}

function routeOf(operation: LinkedOperation): Route {
  const { service, name: operationName } = operation;
  // What a service of another protocol has on a path is told there without end.
  const protocol = service.data.protocol === 'rest-json' ? restJson : eventStream;
  return { service, protocol, operationName, operation, isGlobal: false, absence: '' };
}

function routeTarget(
  { headers }: RoutedRequest,
  byTarget: ReadonlyMap<string | undefined, LinkedService>,
): Route {
  const target = headers['x-amz-target'];
  const dot = typeof target === 'string' ? target.lastIndexOf('.') : -1;
  const service = dot < 0 ? undefined : byTarget.get((target as string).slice(0, dot));
  if (!service) {
    const named = typeof target === 'string' ? `X-Amz-Target '${cut(target)}'` : 'The request';
    throw new Refusal('unsupported', `${named} names no operation of this endpoint.`);
  }
  const operationName = cut((target as string).slice(dot + 1));
  const operation = service.operations.get(operationName);
  const absence = `The operation '${operationName}' is not supported.`;
  const isGlobal = operation?.data.global ?? false;
  return { service, protocol: awsJson, operationName, operation, isGlobal, absence };
}

function routeForm(request: RoutedRequest, services: readonly LinkedService[]): Route {
  const form = formText(request);
  const operationName = cut(findParameter(form, 'Action') ?? '');
  if (operationName === '') {
    const message = 'The request is missing an Action parameter.';
    throw new Refusal('unsupported', message, { code: 'MissingAction' });
  }
  const version = cut(findParameter(form, 'Version') ?? 'NO_VERSION_SPECIFIED');
  const signed = signedService(request);
  const service =
    services.find(({ data }) => data.signingName === signed) ??
    services.find(({ data }) => data.apiVersion === version);
  const absence = `Could not find operation ${operationName} for version ${version}`;
  if (!service) throw new Refusal('unsupported', absence);
  const isVersion = service.data.apiVersion === version;
  const operation = isVersion ? service.operations.get(operationName) : undefined;
  const isGlobal = service.data.name === 'iam';
  return { service, protocol: queryXml, operationName, operation, isGlobal, absence };
}

/** The service in the signature's scope, which nobody has checked yet. */
function signedService({ query, headers }: RoutedRequest): string | undefined {
  const presigned = /(?:^|&)X-Amz-Credential=([^&]*)/.exec(query)?.[1]?.replaceAll(/%2f/gi, '/');
  const scope = presigned ?? /Credential=([^ ,]*)/.exec(headers.authorization ?? '')?.[1];
  return scope?.split('/')[3];
}

/** A presigned request has its signature in the query; nothing else belongs there. */
function isSignatureOnly(query: string): boolean {
  return query === '' || query.split('&').every((part) => part.startsWith('X-Amz-'));
}

function cut(text: string): string {
  return text.slice(0, operationNameCharactersMax);
}

/** The operation of a route, or the refusal of one that is not spoken here. */
export function requireOperation(route: Route): LinkedOperation {
  if (route.operation) return route.operation;
  throw new Refusal('unsupported', route.absence);
}
