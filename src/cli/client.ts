import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationContract } from '../contracts/contract.ts';
import type { LinkedOperation } from '../contracts/shape.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { randomId } from '../kernel/id.ts';
import type { NewId } from '../kernel/id.ts';
import { signRequest } from '../server/sigv4-sign.ts';
import type { SigningCredentials } from '../server/sigv4-sign.ts';
import { endpointText } from './endpoint.ts';
import { BrokenExchange, exchange } from './exchange.ts';
import type { Timeouts, WireResponse } from './exchange.ts';
import { ConnectionFailure, ServiceFailure } from './failure.ts';
import { operationOf } from './services.ts';
import type { Trace } from './trace.ts';
import { fromWire, toWire } from './wire-value.ts';

/** Where calls go, who makes them, and what happens on the way. */
export interface ClientParts {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly userAgent: string;
  readonly timeouts?: Timeouts;
  readonly trace?: Trace | undefined;
  /** Told of every call, so that it can show that something is under way. */
  readonly watch?: (<T>(work: Promise<T>, operation: string) => Promise<T>) | undefined;
  readonly clock?: Clock;
  readonly newId?: NewId;
  /** From 0 to 1; spreads the retries of many clients. */
  readonly random?: () => number;
}

const attemptsMax = 3;
const firstBackoffMilliseconds = 200;
const longestBackoffMilliseconds = 5_000;
const usualTimeouts: Timeouts = { connectSeconds: 60, readSeconds: 60 };

/** Error names of a service that is asked too much (as AWS's SDKs know them). */
const throttlingCodes = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'TooManyRequestsException',
]);

/** Calls the registry; inputs and outputs are in the contracts' terms, times in milliseconds. */
export class Client {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /** Calls the operation of a contract. */
  call<Input, Output>(contract: OperationContract<Input, Output>, input: Input): Promise<Output> {
    const operation = operationOf(contract);
    return this.invoke(operation, input as Record<string, unknown>) as Promise<Output>;
  }

  /** Calls any operation. The same token goes with every attempt, so that none counts twice. */
  invoke(
    operation: LinkedOperation,
    input: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const { newId = randomId, watch } = this.#parts;
    const { idempotencyToken } = operation;
    const whole =
      idempotencyToken === undefined ? input : { [idempotencyToken]: newId(), ...input };
    const work = this.#attempts(operation, whole);
    return watch ? watch(work, operation.name) : work;
  }

  async #attempts(
    operation: LinkedOperation,
    input: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const { trace, random = Math.random } = this.#parts;
    const wireInput = toWire(input, operation.input) as Record<string, unknown>;
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.#once(operation, wireInput, retries);
      } catch (error) {
        if (retries + 1 >= attemptsMax || !mayPass(error)) throw error;
        trace?.note(`${(error as Error).message} Trying again.`);
        const longest = Math.min(
          longestBackoffMilliseconds,
          firstBackoffMilliseconds * 2 ** (retries + 1),
        );
        await sleep(longest * random());
      }
    }
  }

  async #once(
    operation: LinkedOperation,
    input: Record<string, unknown>,
    retries: number,
  ): Promise<Record<string, unknown>> {
    const { endpoint, trace, timeouts = usualTimeouts } = this.#parts;
    const body = Buffer.from(JSON.stringify(input));
    const headers = this.#headers(operation, body);
    trace?.request(endpoint, headers, input, operation.input);
    const response = await exchange({ endpoint, headers, body, timeouts });
    trace?.response(response, operation.output);
    if (response.status === 200) return readOutput(response, operation, endpoint);
    throw refusal(response, operation, retries, endpoint);
  }

  #headers(operation: LinkedOperation, body: Buffer): Record<string, string> {
    const { endpoint, region, credentials, userAgent, clock = systemClock } = this.#parts;
    const { signingName, targetPrefix, jsonVersion } = operation.service.data;
    const headers = {
      host: endpoint.host,
      'content-type': `application/x-amz-json-${jsonVersion}`,
      'x-amz-target': `${targetPrefix}.${operation.name}`,
    };
    const signed = signRequest({
      method: 'POST',
      path: endpoint.pathname,
      query: '',
      headers,
      body,
      credentials,
      region,
      service: signingName,
      now: clock.now(),
    });
    const length = { 'content-length': `${body.length}` };
    return { ...headers, ...signed, ...length, 'user-agent': userAgent };
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof BrokenExchange) return error.passing;
  if (!(error instanceof ServiceFailure)) return false;
  return error.status >= 500 || error.status === 429 || throttlingCodes.has(error.code);
}

function readOutput(
  response: WireResponse,
  operation: LinkedOperation,
  endpoint: URL,
): Record<string, unknown> {
  if (!operation.output || response.body === '') return {};
  const output = parseObject(response.body);
  if (output) return fromWire(output, operation.output) as Record<string, unknown>;
  throw new ConnectionFailure(
    `${endpointText(endpoint)} does not answer like a model registry; is the endpoint right?`,
  );
}

/** A refused call: its code comes in the header or the body; a proxy sends neither. */
export function refusal(
  response: WireResponse,
  operation: LinkedOperation,
  retries: number,
  endpoint: URL,
): ServiceFailure {
  const { status, headers } = response;
  const body = parseObject(response.body) ?? {};
  const named = [headers['x-amzn-errortype'], body['__type'], body['code']].find(isText);
  const text = [body['message'], body['Message']].find(isText);
  return new ServiceFailure({
    code: named?.split(':', 1)[0]?.split('#').at(-1) ?? `${status}`,
    text: text ?? `${endpointText(endpoint)} answered with HTTP status ${status}.`,
    operation: operation.name,
    status,
    retries,
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
