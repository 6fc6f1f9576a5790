import { signRequest } from '../src/server/sigv4-sign.ts';
import type { SigningCredentials } from '../src/server/sigv4-sign.ts';
import { scope } from './population.ts';

/** The root key of the servers under test. */
export const rootKey: SigningCredentials = {
  accessKeyId: 'AKIABENCHBENCHBENCHB',
  secretAccessKey: 'a-secret-for-nothing-but-the-bench',
};

/** A call, and how its answer is told from a wrong one. */
export interface CallToMake {
  readonly operation: string;
  readonly input: object;
  readonly isRight: (output: unknown) => boolean;
}

/** A call as bytes that any connection can send within the next minutes. */
export interface SignedRequest {
  readonly bytes: Buffer;
  readonly isRight: (output: unknown) => boolean;
}

/** Signs a call as an AWS SDK does and writes it down as HTTP/1.1. */
export function sign(
  { operation, input, isRight }: CallToMake,
  credentials = rootKey,
): SignedRequest {
  const body = Buffer.from(JSON.stringify(input));
  const headers: Record<string, string> = {
    'Content-Type': 'application/x-amz-json-1.1',
    'X-Amz-Target': `SageMaker.${operation}`,
    Host: '127.0.0.1',
  };
  const signature = signRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    body,
    credentials,
    region: scope.region,
    service: 'sagemaker',
    now: Date.now(),
  });
  const all = {
    ...headers,
    ...signature,
    'User-Agent': 'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.13.1',
    'Content-Length': String(body.length),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = `POST / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), body]), isRight };
}
