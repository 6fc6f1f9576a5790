import { UsageFailure } from './failure.ts';
import type { Environment } from './terminal.ts';

/** Options that say where a call goes and who makes it. */
export interface ConnectionOptions {
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** Where calls go, from the option, else the environment, else this machine. */
export function findEndpoint(options: ConnectionOptions, environment: Environment): URL {
  const named: [source: string, value: string | undefined][] = [
    ['--endpoint-url', options.endpointUrl],
    ['AWS_ENDPOINT_URL_SAGEMAKER', environment['AWS_ENDPOINT_URL_SAGEMAKER']],
    ['AWS_ENDPOINT_URL', environment['AWS_ENDPOINT_URL']],
  ];
  const [source, value] = named.find(([, value]) => value) ?? ['', localEndpoint(environment)];
  const url = URL.parse(value ?? '');
  if (url && isPlain(url)) return url;
  throw new UsageFailure(
    `${source} must be of the form http://<host>:<port> or https://<host>, not '${value}'.`,
  );
}

/** The region that calls are signed for. */
export function findRegion(options: ConnectionOptions, environment: Environment): string {
  const { AWS_REGION: region, AWS_DEFAULT_REGION: defaultRegion } = environment;
  return options.region || region || defaultRegion || 'us-east-1';
}

/** An endpoint as messages and exports spell it: without the slash that URLs end in. */
export function endpointText(url: URL): string {
  return url.href.replace(/\/$/, '');
}

/** Whether an endpoint is on this machine. */
export function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function isPlain({ protocol, search, hash, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && `${search}${hash}${username}${password}` === '';
}

function localEndpoint(environment: Environment): string {
  return `http://127.0.0.1:${environment['IMPRIMATUR_PORT'] || '9700'}`;
}
