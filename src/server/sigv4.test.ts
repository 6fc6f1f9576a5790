import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { bodyHash, canonicalRequest, stringToSign, type SignedRequest } from './sigv4-canonical.ts';
import { readCredential } from './sigv4-credential.ts';
import { deriveSigningKey, SigningKey, SigningKeyCache } from './sigv4-key.ts';
import { signRequest } from './sigv4-sign.ts';
import { formatTimestamp, httpDateToBasic, readTimestamp } from './sigv4-timestamp.ts';
import {
  checkScope,
  checkSignature,
  type AccessKeySecret,
  type ScopeExpectations,
} from './sigv4.ts';

const now = Date.UTC(2026, 2, 4, 9, 15, 27);
const stamp = '20260304T091527Z';
const secretAccessKey = 'imprimatur-test-secret';
const credentials = { accessKeyId: 'TESTKEYIMPRIMATUR1', secretAccessKey };
const key: AccessKeySecret = { secretAccessKey, active: true };
const expectations: ScopeExpectations = {
  services: ['sagemaker'],
  regions: ['eu-west-1'],
  windowSeconds: limits.clockWindowSeconds,
};
const M1 =
  'The request signature we calculated does not match the signature you provided. Check your AWS ' +
  'Secret Access Key and signing method. Consult the service documentation for details.';
const invalidToken = 'The security token included in the request is invalid.';

interface Situation {
  key?: AccessKeySecret | undefined;
  expectations?: Partial<ScopeExpectations>;
  now?: number;
}

function requestOf(parts: Partial<SignedRequest>): SignedRequest {
  const defaults = { method: 'POST', path: '/', query: '', headers: {}, headersDistinct: {} };
  return { ...defaults, body: Buffer.alloc(0), ...parts };
}

function verify(request: SignedRequest, situation: Situation = {}): void {
  const presented = readCredential(request);
  const time = situation.now ?? now;
  checkScope(presented, { ...expectations, ...situation.expectations }, time);
  checkSignature(presented, request, 'key' in situation ? situation.key : key, time);
}

function refusalOf(run: () => void): { code: string | undefined; message: string } {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Refusal, `threw ${String(error)}`);
    assert.equal(error.kind, 'unauthenticated');
    return { code: error.code, message: error.message };
  }
  return assert.fail('was accepted');
}

function refused(run: () => void, code: string, message: string | RegExp): void {
  const refusal = refusalOf(run);
  assert.equal(refusal.code, code);
  if (typeof message === 'string') assert.equal(refusal.message, message);
  else assert.match(refusal.message, message);
}

const mismatch = 'InvalidSignatureException';
const incomplete = 'IncompleteSignatureException';
const unknownKey = 'UnrecognizedClientException';
const missing = 'MissingAuthenticationTokenException';

function authorizationOf(scope: string, names: string, signature: string): string {
  const credential = `Credential=TESTKEYIMPRIMATUR1/20260304/${scope}/aws4_request`;
  return `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`;
}

const v1Signature = '71c46a6bb63005b8267ef803d0e9cc9781e7517a3680cc8bf76c3239c06db9cb';
const v1Headers = {
  host: 'localhost:8080',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-date': stamp,
  'x-amz-target': 'SageMaker.DescribeModelPackageGroup',
  authorization: authorizationOf(
    'eu-west-1/sagemaker',
    'content-type;host;x-amz-date;x-amz-target',
    v1Signature,
  ),
};
const v1 = requestOf({ headers: v1Headers, body: Buffer.from('{"ModelPackageGroupName":"g1"}') });

function v1With(headers: IncomingHttpHeaders, parts: Partial<SignedRequest> = {}): SignedRequest {
  return { ...v1, headers: { ...v1Headers, ...headers }, ...parts };
}

const v2 = requestOf({
  method: 'GET',
  path: '/resources/arn%3Aaws%3Aresource-groups%3Aeu-west-1%3A111122223333%3Agroup%2Frisk/tags',
  headers: {
    host: 'localhost:8080',
    'x-amz-date': stamp,
    authorization: authorizationOf(
      'eu-west-1/resource-groups',
      'host;x-amz-date',
      '44e3505e0b4b97776a02efeacae668a63d67882cfd828eb8cd68b46ccd5b2737',
    ),
  },
});

const v3Key: AccessKeySecret = { ...key, sessionToken: 'tok/en+1==', expiresAt: now + 1000 };
const v3 = requestOf({
  method: 'GET',
  path: '/bkt/a%20b/c%2B%3D.tar.gz',
  query: 'versionId=1&acl',
  headers: {
    host: 'localhost:8080',
    'x-amz-content-sha256': bodyHash(Buffer.alloc(0)),
    'x-amz-date': stamp,
    'x-amz-security-token': 'tok/en+1==',
    authorization: authorizationOf(
      'eu-west-1/s3',
      'host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
      'd271c1d91f2d321f6c85950d923e2f0f8b238efb6f4aaa71953f1a86e0b40b40',
    ).replace('TESTKEYIMPRIMATUR1', 'TESTTEMPIMPRIMATUR'),
  },
});

interface Presigning {
  scope: string;
  expires?: string;
  signature: string;
  token?: string;
  extra?: string;
}

function presignedQuery(parts: Presigning): string {
  const credential = encodeURIComponent(`TESTKEYIMPRIMATUR1/20260304/${parts.scope}/aws4_request`);
  return [
    ...(parts.extra === undefined ? [] : [parts.extra]),
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${credential}`,
    `X-Amz-Date=${stamp}`,
    ...(parts.expires === undefined ? [] : [`X-Amz-Expires=${parts.expires}`]),
    'X-Amz-SignedHeaders=host',
    ...(parts.token === undefined ? [] : [`X-Amz-Security-Token=${parts.token}`]),
    `X-Amz-Signature=${parts.signature}`,
  ].join('&');
}

const v4 = requestOf({
  method: 'GET',
  path: '/bkt/model.tar.gz',
  query: presignedQuery({
    scope: 'eu-west-1/s3',
    expires: '900',
    signature: '13009f2eb6919ea77971f7aab0277d8504dbdba1ec22304724daa09382adccca',
  }),
  headers: { host: 'localhost:8080' },
});

const v5 = requestOf({
  method: 'GET',
  query: presignedQuery({
    extra: 'Action=GetCallerIdentity&Version=2011-06-15',
    scope: 'us-east-1/sts',
    expires: '60',
    signature: '9f3c2e847783bca24cdef7ebe923b56822693672112e98b9939f918100cbcd8a',
  }),
  headers: { host: 'localhost:8080' },
});

const s3 = { expectations: { services: ['s3'] } };
const sts = { expectations: { services: ['sts'], regions: ['us-east-1'] } };

/** Presigns for the tests, over the body's hash. */
function presign(parts: Partial<Presigning> & { method?: string; body?: Buffer }): SignedRequest {
  const scope = parts.scope ?? 'eu-west-1/sagemaker';
  const body = parts.body ?? Buffer.alloc(0);
  const unsigned = requestOf({
    method: parts.method ?? 'GET',
    query: presignedQuery({ ...parts, scope, signature: '' }),
    headers: { host: 'localhost:8080' },
    body,
  });
  const full = `20260304/${scope}/aws4_request`;
  const canonical = canonicalRequest(unsigned, 'x', ['host'], bodyHash(body));
  const text = stringToSign(stamp, full, canonical);
  const signature = deriveSigningKey(secretAccessKey, full).sign(text);
  return { ...unsigned, query: `${unsigned.query}${signature}` };
}

/** Signs with our client half and returns what a server receives. */
function signed(
  parts: Omit<Partial<SignedRequest>, 'headers'> & { headers?: Record<string, string> },
  options: { service?: string; region?: string; now?: number; sessionToken?: string } = {},
): SignedRequest {
  const headers = { host: 'localhost:8080', ...parts.headers };
  const request = requestOf({ ...parts, headers });
  const added = signRequest({
    method: request.method,
    path: request.path,
    query: request.query,
    headers,
    body: request.body,
    credentials: { ...credentials, sessionToken: options.sessionToken },
    region: options.region ?? 'eu-west-1',
    service: options.service ?? 'sagemaker',
    now: options.now ?? now,
  });
  return { ...request, headers: { ...headers, ...added } };
}

describe('reading a credential', () => {
  test('none, or a scheme that is not ours, is a missing token', () => {
    const text = 'Missing Authentication Token';
    refused(() => verify(requestOf({})), missing, text);
    refused(() => verify(requestOf({ query: 'a=1&Signature=x' })), missing, text);
    for (const authorization of ['', 'Bearer abc', 'Basic dTpw', 'aws4-hmac-sha256 x', 'secret']) {
      refused(() => verify(requestOf({ headers: { authorization } })), missing, text);
    }
  });

  test('names of query parameters are case-sensitive', () => {
    const query = v5.query.replaceAll('X-Amz-', 'x-amz-');
    refused(() => verify({ ...v5, query }, sts), missing, 'Missing Authentication Token');
  });

  test('signature version 2 is refused in both forms', () => {
    const text =
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    const headers = { authorization: 'AWS TESTKEYIMPRIMATUR1:sig' };
    refused(() => verify(requestOf({ headers })), incomplete, text);
    const query = 'AWSAccessKeyId=TESTKEYIMPRIMATUR1&Signature=sig&Expires=1';
    refused(() => verify(requestOf({ query })), incomplete, text);
    verify(signed({ query: 'AWSAccessKeyId=a' }));
  });

  test('of a repeated query parameter the first counts', () => {
    const query = `${v5.query}&X-Amz-Credential=other`;
    assert.equal(readCredential({ ...v5, query }).accessKeyId, 'TESTKEYIMPRIMATUR1');
  });

  test('SigV4A and unknown algorithms are named', () => {
    for (const name of ['AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA512', 'AWS5-HMAC-SHA256']) {
      const text = `Unsupported AWS 'algorithm': '${name}'`;
      const authorization = v1Headers.authorization.replace('AWS4-HMAC-SHA256', name);
      refused(() => verify(v1With({ authorization })), incomplete, text);
      const query = v5.query.replace('AWS4-HMAC-SHA256', name);
      refused(() => verify({ ...v5, query }, sts), incomplete, text);
    }
  });

  test('both forms together are refused', () => {
    const text =
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    refused(() => verify(v1With({}, { query: v5.query })), incomplete, text);
    const headers = { ...v5.headers, authorization: 'Bearer abc' };
    refused(() => verify({ ...v5, headers }, sts), incomplete, text);
  });

  test('separators are commas, spaces or both', () => {
    const parts = v1Headers.authorization.slice('AWS4-HMAC-SHA256 '.length).split(', ');
    for (const separator of [',', ' ', ', ', '  ', ',  ', ' , ']) {
      for (const order of [parts, parts.toReversed()]) {
        const authorization = `AWS4-HMAC-SHA256 ${order.join(separator)}`;
        verify(v1With({ authorization }));
        verify(v1With({ authorization: authorization.replace(' ', ',') }));
      }
    }
  });

  test('a header whose beginning was read before is read alike', () => {
    const before = v1Headers.authorization.slice(0, -'Signature='.length - 64);
    const first = readCredential(v1);
    assert.deepEqual(readCredential(v1), first);
    const signature = '0'.repeat(64);
    const forged = v1With({ authorization: `${before}Signature=${signature}` });
    assert.deepEqual(readCredential(forged), { ...first, signature });
    refused(() => verify(forged), mismatch, M1);
    const more = `${'a'.repeat(42)},SignedHeaders=other`;
    const renamed = readCredential(v1With({ authorization: `${before}Signature=${more}` }));
    assert.deepEqual(renamed.signedHeaders, ['other']);
    const unnamed = v1With({ authorization: `${before}XSignature=${signature}` });
    refused(() => readCredential(unnamed), incomplete, /requires 'Signature' parameter/);
    const undated = v1With({ 'x-amz-date': '20260304' });
    refused(() => readCredential(undated), incomplete, /ISO-8601 'basic format'/);
    const later = readCredential(v1With({ 'x-amz-date': '20260304T101527Z' }));
    assert.equal(later.time - first.time, 3_600_000);
  });

  test('missing parts are listed, and the header is told by its hash only', () => {
    const hashOf = (text: string) => createHash('sha256').update(text).digest('base64');
    const hint = '(Hashed with SHA-256 and encoded with Base64) Authorization=';
    const need = "Authorization header requires 'Credential' parameter.";
    const signature = "Authorization header requires 'Signature' parameter.";
    const names = "Authorization header requires 'SignedHeaders' parameter.";
    const date =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    const bare = 'AWS4-HMAC-SHA256';
    const cases: [string, string[], IncomingHttpHeaders][] = [
      [bare, [need, signature, names, date], {}],
      [`${bare} Credential=,Signature=,SignedHeaders=`, [need, signature, names, date], {}],
      [`${bare} credential=a, signature=b`, [need, signature, names], { date: 'x' }],
      [`${bare} Credential=a, Signature=b`, [names], { 'x-amz-date': stamp }],
      [`${bare} Credential=a, SignedHeaders=b`, [signature], { 'x-amz-date': stamp }],
      [`${bare} Signature=a, SignedHeaders=b`, [need], { 'x-amz-date': stamp }],
      [`${bare} Credential=a, Signature=b, SignedHeaders=host`, [date], {}],
      [`${bare} Credential=a, Signature=b, SignedHeaders=host`, [date], { 'x-amz-date': '' }],
      [`${bare} Credential=a, Signature=b, SignedHeaders=ho:st`, [names, date], {}],
    ];
    for (const [authorization, texts, headers] of cases) {
      const text = `${texts.join(' ')} ${hint}${hashOf(authorization)}`;
      refused(
        () => verify(requestOf({ headers: { ...headers, authorization } })),
        incomplete,
        text,
      );
    }
    const authorization = `${bare} Credential`;
    const text = `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashOf(authorization)}'.`;
    refused(() => verify(requestOf({ headers: { authorization } })), incomplete, text);
  });

  test('missing query parameters are listed', () => {
    const tail = 'Re-examine the query-string parameters.';
    for (const name of ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date']) {
      const text = `AWS query-string parameters must include 'X-Amz-${name}'. ${tail}`;
      const parameter = new RegExp(`&X-Amz-${name}=[^&]*`);
      const without = v5.query.replace(parameter, '');
      refused(() => verify({ ...v5, query: without }, sts), incomplete, text);
      const empty = v5.query.replace(parameter, `&X-Amz-${name}=`);
      refused(() => verify({ ...v5, query: empty }, sts), incomplete, text);
    }
    const all = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'];
    const sentences = all.map(
      (name) => `AWS query-string parameters must include 'X-Amz-${name}'.`,
    );
    const text = `${sentences.join(' ')} ${tail}`;
    refused(() => verify(requestOf({ query: 'X-Amz-Algorithm' })), incomplete, text);
    const names = v5.query.replace('SignedHeaders=host', 'SignedHeaders=host%0Ax');
    refused(() => verify({ ...v5, query: names }, sts), incomplete, /'X-Amz-SignedHeaders'\. Re/);
  });

  test('only S3 insists on X-Amz-Expires', () => {
    const query = v4.query.replace('&X-Amz-Expires=900', '');
    const text = "AWS query-string parameters must include 'X-Amz-Expires'.";
    refused(
      () => verify({ ...v4, query }, s3),
      incomplete,
      `${text} Re-examine the query-string parameters.`,
    );
    const request = presign({});
    verify(request);
    verify(request, { now: now + 900_999 });
    refused(
      () => verify(request, { now: now + 901_000 }),
      mismatch,
      /^Signature expired: .* 15 min/,
    );
  });

  test('a credential has five elements', () => {
    for (const credential of ['a', 'a/b/c/d', 'a/b/c/d/e/f', '////////', 'k/20260304/r/s/t/']) {
      const authorization = `AWS4-HMAC-SHA256 Credential=${credential} SignedHeaders=host Signature=x`;
      const text = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`;
      refused(() => verify(v1With({ authorization })), incomplete, text);
    }
    const long = `AWS4-HMAC-SHA256 Credential=${'k'.repeat(9999)} SignedHeaders=host Signature=x`;
    const { message } = refusalOf(() => verify(v1With({ authorization: long })));
    assert.ok(message.length < limits.messageCharactersMax);
  });

  test('dates are ISO 8601 basic', () => {
    const bad = ['201', '2026-03-04T09:15:27Z', '20260304T091527', '20260304T0915270Z', 'x'];
    const unreal = ['20261304T091527Z', '20260230T091527Z', '20260300T091527Z', '20260304T241527Z'];
    for (const date of [...bad, ...unreal, '20260304T096027Z', `${stamp}, ${stamp}`]) {
      const text = `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`;
      refused(() => verify(v1With({ 'x-amz-date': date })), incomplete, text);
      const query = v5.query.replace(`Date=${stamp}`, `Date=${date}`);
      refused(() => verify({ ...v5, query }, sts), incomplete, text);
    }
  });

  test('a lifetime is a whole number of seconds up to seven days', () => {
    for (const expires of ['1', '604800']) verify(presign({ expires }));
    for (const expires of ['0', '604801', '-1', '1.5', '1e3', 'abc', '', '99999999999', '0x10']) {
      const text = `X-Amz-Expires must be a whole number of seconds from 1 to 604800, got '${expires}'`;
      refused(() => verify(presign({ expires })), incomplete, text);
    }
  });
});

describe('timestamps', () => {
  test('round trip', () => {
    const range = { min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 };
    fc.assert(
      fc.property(fc.integer(range), (seconds) => {
        assert.equal(readTimestamp(formatTimestamp(seconds * 1000)), seconds * 1000);
        assert.equal(
          httpDateToBasic(new Date(seconds * 1000).toUTCString()),
          formatTimestamp(seconds * 1000),
        );
      }),
    );
  });

  test('leap days', () => {
    assert.equal(readTimestamp('20240229T000000Z'), Date.UTC(2024, 1, 29));
    assert.equal(readTimestamp('20230229T000000Z'), undefined);
    assert.equal(readTimestamp('20230431T000000Z'), undefined);
    assert.equal(readTimestamp('20231231T235960Z'), undefined);
  });

  test('HTTP dates with an unknown month are left alone', () => {
    assert.equal(httpDateToBasic('Wed, 04 Mar 2026 09:15:27 GMT'), stamp);
    assert.equal(httpDateToBasic('Wed, 04 Anf 2026 09:15:27 GMT'), undefined);
    assert.equal(httpDateToBasic('04 Mar 2026'), undefined);
  });
});

describe('scope', () => {
  const readV1 = (authorization: string) => () => verify(v1With({ authorization }));
  const authorization = v1Headers.authorization;

  test('another Region', () => {
    const text = "Credential should be scoped to a valid region, not 'us-east-1'. ";
    refused(readV1(authorization.replace('eu-west-1', 'us-east-1')), mismatch, text);
    verify(v1, { expectations: { regions: 'any' } });
    for (const region of ['EU-WEST-1', '', 'a'.repeat(33), 'eu_west_1', '*', 'eu-west-1\u00e9']) {
      const request = v1With({ authorization: authorization.replace('eu-west-1', region) });
      const named = `Credential should be scoped to a valid region, not '${region}'. `;
      refused(() => verify(request, { expectations: { regions: 'any' } }), mismatch, named);
    }
  });

  test('another service', () => {
    const text = "Credential should be scoped to correct service: 'sagemaker'. ";
    refused(readV1(authorization.replace('/sagemaker/', '/iam/')), mismatch, text);
    refused(readV1(authorization.replace('/sagemaker/', '/SageMaker/')), mismatch, text);
    verify(v1, { expectations: { services: ['iam', 'sagemaker'] } });
    refused(
      () => verify(v1, { expectations: { services: ['iam', 'sts'] } }),
      mismatch,
      "Credential should be scoped to correct service: 'iam' or 'sts'. ",
    );
  });

  test('another terminator', () => {
    const text =
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ";
    refused(readV1(authorization.replace('aws4_request', 'aws5_request')), mismatch, text);
  });

  test('another day', () => {
    const text =
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260303' != '20260304', from '20260304T091527Z'.";
    refused(readV1(authorization.replace('/20260304/', '/20260303/')), mismatch, text);
  });

  test('all faults of a scope are told at once, as AWS does', () => {
    const credential = 'TESTKEYIMPRIMATUR1/b/c/d/e';
    const request = authorization.replace(/Credential=[^,]*/, `Credential=${credential}`);
    const text =
      "Credential should be scoped to a valid region, not 'c'. " +
      "Credential should be scoped to correct service: 'sagemaker'. " +
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. " +
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20260304', from '20260304T091527Z'.";
    refused(readV1(request), mismatch, text);
  });

  test('host must be signed', () => {
    const text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    refused(readV1(authorization.replace(';host', '')), mismatch, text);
    verify(v1With({ authorization: authorization.replace(';host', ';Host') }));
  });
});

describe('clock', () => {
  const at = (seconds: number, windowSeconds = 900) => ({
    now: now + seconds * 1000,
    expectations: { windowSeconds },
  });

  test('a signed header is good within the window, both ends included', () => {
    for (const seconds of [-900, 900, 900.999, 0]) verify(v1, at(seconds));
    for (const seconds of [-300, 300]) verify(v1, at(seconds, 300));
  });

  test('expired', () => {
    const text =
      'Signature expired: 20260304T091527Z is now earlier than 20260304T091528Z (20260304T093028Z - 15 min.)';
    refused(() => verify(v1, at(901)), mismatch, text);
    const five =
      'Signature expired: 20260304T091527Z is now earlier than 20260304T091533Z (20260304T092033Z - 5 min.)';
    refused(() => verify(v1, at(306, 300)), mismatch, five);
    refused(() => verify(v1, at(91, 90)), mismatch, /Z - 90 sec\.\)$/);
  });

  test('not yet current', () => {
    const text =
      'Signature not yet current: 20260304T091527Z is still later than 20260304T091526Z (20260304T090026Z + 15 min.)';
    refused(() => verify(v1, at(-901)), mismatch, text);
    refused(() => verify(v1, at(-900.001)), mismatch, text);
    const five =
      'Signature not yet current: 20260304T091527Z is still later than 20260304T091526Z (20260304T091026Z + 5 min.)';
    refused(() => verify(v1, at(-301, 300)), mismatch, five);
  });

  test('presigned: its own lifetime behind, fifteen minutes ahead', () => {
    const request = presign({ expires: '3600' });
    for (const seconds of [-900, 0, 901, 3600]) verify(request, at(seconds, 300));
    refused(
      () => verify(request, at(3601)),
      mismatch,
      'Signature expired: 20260304T091527Z is now earlier than 20260304T091528Z (20260304T101528Z - 60 min.)',
    );
    refused(() => verify(request, at(-901, 7200)), mismatch, /^Signature not yet .* 15 min\.\)$/);
    const week = presign({ expires: '604800' });
    verify(week, at(604800));
    refused(() => verify(week, at(604801)), mismatch, /^Signature expired: /);
    const second = presign({ expires: '1' });
    verify(second, at(1));
    refused(() => verify(second, at(2)), mismatch, /Z - 1 sec\.\)$/);
  });
});

describe('vectors V1 to V5 of identity.md 1.7', () => {
  const payloads = { s3Presigned: 'UNSIGNED-PAYLOAD', empty: bodyHash(Buffer.alloc(0)) };

  test('canonical requests', () => {
    const cases: [SignedRequest, string, string, string, string][] = [
      [v1, 'sagemaker', bodyHash(v1.body), '6968fe71', '9c21fe'],
      [v2, 'resource-groups', payloads.empty, '379d5872', '96e5a6'],
      [v3, 's3', payloads.empty, '710585fa', 'f96e7f'],
      [v4, 's3', payloads.s3Presigned, '32afa52b', '02a42f'],
      [v5, 'sts', payloads.empty, '04a9ca1c', '9e600b'],
    ];
    for (const [request, service, payloadHash, start, end] of cases) {
      const { signedHeaders } = readCredential(request);
      const text = canonicalRequest(request, service, signedHeaders, payloadHash);
      const hex = createHash('sha256').update(text).digest('hex');
      assert.ok(hex.startsWith(start) && hex.endsWith(end), text);
    }
  });

  test('verify', () => {
    verify(v1);
    verify(v2, { expectations: { services: ['resource-groups'] } });
    verify(v3, { ...s3, key: v3Key });
    verify(v4, s3);
    verify(v5, sts);
  });

  test('V1: every flipped part is refused', () => {
    const changes: [string, SignedRequest][] = [
      ['method', { ...v1, method: 'PUT' }],
      ['path', { ...v1, path: '/x' }],
      ['query', { ...v1, query: 'a=1' }],
      ['body', { ...v1, body: Buffer.from('{"ModelPackageGroupName":"g2"}') }],
      ['empty body', { ...v1, body: Buffer.alloc(0) }],
      ['host', v1With({ host: 'localhost' })],
      ['content type', v1With({ 'content-type': 'application/json' })],
      ['target', v1With({ 'x-amz-target': 'SageMaker.DeleteModelPackageGroup' })],
      ['absent target', v1With({ 'x-amz-target': undefined })],
      ['time', v1With({ 'x-amz-date': '20260304T091528Z' })],
    ];
    for (const [part, request] of changes) {
      assert.deepEqual(
        refusalOf(() => verify(request)),
        { code: mismatch, message: M1 },
        part,
      );
    }
    const other = { ...key, secretAccessKey: 'another-secret' };
    refused(() => verify(v1, { key: other }), mismatch, M1);
    verify(v1);
    refused(() => verify(v1, { key: { ...key, secretAccessKey: '' } }), mismatch, M1);
  });

  test('V1: every altered signature is refused', () => {
    const last = v1Signature.slice(0, -1);
    const altered = [`${last}0`, last, `${v1Signature}0`, 'x', v1Signature.toUpperCase()];
    for (const signature of [
      ...altered,
      '0'.repeat(64),
      '\u00e9'.repeat(64),
      '\u00e9'.repeat(32),
    ]) {
      const authorization = v1Headers.authorization.replace(v1Signature, signature);
      refused(() => verify(v1With({ authorization })), mismatch, M1);
    }
  });

  test('V1: signed headers may not be dropped or added', () => {
    for (const names of ['host', 'content-type;host;x-amz-date', 'host;host;x-amz-date']) {
      const authorization = v1Headers.authorization.replace(
        /SignedHeaders=[^,]*/,
        `SignedHeaders=${names}`,
      );
      refused(() => verify(v1With({ authorization })), mismatch, M1);
    }
    verify(v1With({ 'x-unsigned': 'may change on the way' }));
    const names = 'SignedHeaders=X-Amz-Target;host;x-amz-date;content-type';
    const shuffled = v1Headers.authorization.replace(/SignedHeaders=[^,]*/, names);
    verify(v1With({ authorization: shuffled }));
  });

  test('V2: the path is normalised as AWS does, and nothing else passes', () => {
    const resourceGroups = { expectations: { services: ['resource-groups'] } };
    verify({ ...v2, path: v2.path.replace('/resources/', '//./resources/x/../') }, resourceGroups);
    const changes = [v2.path.toLowerCase(), decodeURIComponent(v2.path), `${v2.path}/`];
    for (const path of changes) {
      refused(() => verify({ ...v2, path }, resourceGroups), mismatch, M1);
    }
  });

  test('V3: S3 paths are encoded once and never normalised', () => {
    const situation = { ...s3, key: v3Key };
    verify({ ...v3, path: '/bkt/a b/c+=.tar.gz' }, situation);
    verify({ ...v3, query: 'acl=&versionId=1' }, situation);
    verify({ ...v3, query: 'acl&version%49d=1&' }, situation);
    for (const path of ['/bkt//a%20b/c%2B%3D.tar.gz', '/x/../bkt/a%20b/c%2B%3D.tar.gz']) {
      refused(() => verify({ ...v3, path }, situation), mismatch, M1);
    }
    for (const query of [
      'versionId=2&acl',
      'versionId=1',
      'versionId=1&acl&acl',
      'Acl&versionId=1',
    ]) {
      refused(() => verify({ ...v3, query }, situation), mismatch, M1);
    }
  });

  test('V4: the body of an S3 presigned request is not covered, all else is', () => {
    verify({ ...v4, body: Buffer.from('anything') }, s3);
    for (const query of [v4.query.replace('=900', '=901'), `${v4.query}&versionId=1`]) {
      refused(() => verify({ ...v4, query }, s3), mismatch, M1);
    }
    refused(() => verify({ ...v4, method: 'PUT' }, s3), mismatch, M1);
    refused(() => verify({ ...v4, headers: { host: 'evil' } }, s3), mismatch, M1);
  });

  test('V5: a presigned call of another service covers its body', () => {
    refused(() => verify({ ...v5, body: Buffer.from('x') }, sts), mismatch, M1);
    const query = v5.query.replace('GetCallerIdentity', 'GetSessionToken');
    refused(() => verify({ ...v5, query }, sts), mismatch, M1);
    const reordered = v5.query.split('&').toReversed().join('&');
    verify({ ...v5, query: reordered }, sts);
  });
});

describe('payload', () => {
  const body = Buffer.from('{"a":1}');
  const declare = (contentHash: string) => ({
    body,
    headers: { 'x-amz-content-sha256': contentHash },
  });

  test('a declared hash must be the body’s', () => {
    verify(signed(declare(bodyHash(body))));
    refused(() => verify(signed(declare(bodyHash(Buffer.alloc(0))))), mismatch, M1);
    refused(
      () => verify({ ...signed(declare(bodyHash(body))), body: Buffer.alloc(0) }),
      mismatch,
      M1,
    );
    verify(signed(declare(bodyHash(body)), { service: 's3' }), s3);
    refused(() => verify(signed(declare('0'.repeat(64)), { service: 's3' }), s3), mismatch, M1);
  });

  test('an unsigned payload is for S3 alone', () => {
    verify(signed(declare('UNSIGNED-PAYLOAD'), { service: 's3' }), s3);
    refused(() => verify(signed(declare('UNSIGNED-PAYLOAD'))), mismatch, M1);
    refused(() => verify(signed(declare('STREAMING-UNSIGNED-PAYLOAD-TRAILER'))), mismatch, M1);
    const headers = { host: 'localhost:8080', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    refused(() => verify({ ...presign({ expires: '60' }), headers }), mismatch, M1);
  });

  test('a presigned S3 request may declare the hash in its query', () => {
    const declared = `X-Amz-Content-Sha256=${bodyHash(body)}`;
    const options = { method: 'PUT', scope: 'eu-west-1/s3', expires: '60', extra: declared };
    const request = presign({ ...options, body });
    verify(request, s3);
    refused(() => verify({ ...request, body: Buffer.alloc(0) }, s3), mismatch, M1);
  });

  test('a presigned POST is good with its own body only', () => {
    const request = presign({ method: 'POST', expires: '60', body });
    verify(request);
    refused(() => verify({ ...request, body: Buffer.alloc(0) }), mismatch, M1);
    const empty = presign({ method: 'POST', expires: '60' });
    verify(empty);
    refused(() => verify({ ...empty, body }), mismatch, M1);
  });
});

describe('key and token', () => {
  test('an unknown or inactive key', () => {
    refused(() => verify(v1, { key: undefined }), unknownKey, invalidToken);
    refused(() => verify(v1, { key: { ...key, active: false } }), unknownKey, invalidToken);
  });

  test('a long-lived key with a token, a temporary key without or with another', () => {
    const request = signed({}, { sessionToken: 'token' });
    refused(() => verify(request), unknownKey, invalidToken);
    refused(() => verify(v1, { key: { ...key, sessionToken: 'token' } }), unknownKey, invalidToken);
    for (const sessionToken of ['tokem', 'toke', 'token2', '']) {
      refused(() => verify(request, { key: { ...key, sessionToken } }), unknownKey, invalidToken);
    }
    verify(request, { key: { ...key, sessionToken: 'token' } });
  });

  test('the token of a presigned request is in its query', () => {
    const request = presign({ expires: '60', token: 'tok%2Fen%2B1%3D%3D' });
    const temporary = { ...key, sessionToken: 'tok/en+1==' };
    verify(request, { key: temporary });
    refused(() => verify(request), unknownKey, invalidToken);
    const plain = presign({ expires: '60' });
    const headers = { ...plain.headers, 'x-amz-security-token': 'tok/en+1==' };
    refused(() => verify({ ...plain, headers }, { key: temporary }), unknownKey, invalidToken);
  });

  test('an expired token, told only to who knows the secret', () => {
    const request = signed({}, { sessionToken: 'token' });
    const temporary = { ...key, sessionToken: 'token', expiresAt: now };
    const text = 'The security token included in the request is expired';
    refused(() => verify(request, { key: temporary }), 'ExpiredTokenException', text);
    verify(request, { key: { ...temporary, expiresAt: now + 1 } });
    const stranger = { ...temporary, secretAccessKey: 'another' };
    refused(() => verify(request, { key: stranger }), mismatch, M1);
  });
});

describe('canonical form', () => {
  const canonical = (parts: Partial<SignedRequest>, names: string[] = [], service = 'sagemaker') =>
    canonicalRequest(requestOf(parts), service, names, 'HASH').split('\n');

  test('paths', () => {
    const uri = (path: string, service?: string) => canonical({ path }, [], service)[1];
    const plain: [string, string][] = [
      ['', '/'],
      ['/', '/'],
      ['//', '/'],
      ['/./', '/'],
      ['/..', '/'],
      ['/a/../..//b/./c', '/b/c'],
      ['/a/b/', '/a/b/'],
      ['/a/.', '/a'],
      ['/a b', '/a%20b'],
      ['/a%20b', '/a%2520b'],
      ['/~-_.aZ9', '/~-_.aZ9'],
      ['/\u00e9', '/%E9'],
      ["/!*'();:@&=+$,?#[]", '/%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D'],
    ];
    for (const [path, expected] of plain) assert.equal(uri(path), expected, path);
    const objects: [string, string][] = [
      ['', '/'],
      ['//a/../b/./', '//a/../b/./'],
      ['/a%20b+c%7E%2f', '/a%20b%2Bc~%2F'],
      ['/%', '/%25'],
      ['/%zz%4', '/%25zz%254'],
      ['/%c3%a9', '/%C3%A9'],
    ];
    for (const [path, expected] of objects) assert.equal(uri(path, 's3'), expected, path);
  });

  test('queries', () => {
    const cases: [string, string][] = [
      ['', ''],
      ['acl', 'acl='],
      ['a-=1&a=2', 'a=2&a-=1'],
      ['a=b&a=a&A=z&a=', 'A=z&a=&a=a&a=b'],
      ['x=a+b%20c%2Bd', 'x=a%20b%20c%2Bd'],
      ['x=%7e%41&y=/?', 'x=~A&y=%2F%3F'],
      ['a=1=2', 'a=1%3D2'],
      ['&&a=1&', 'a=1'],
      ['=v', '=v'],
      ['b=1&X-Amz-Signature=s&X%2DAmz-Signature=t', 'b=1'],
      ['x-amz-signature=s', 'x-amz-signature=s'],
    ];
    for (const [query, expected] of cases) assert.equal(canonical({ query })[2], expected, query);
  });

  test('header values are trimmed and inner runs of spaces become one', () => {
    const values = ['  a   b  c ', '"a   b"', 'a\tb', 'a b', '', ' '];
    const lines = values.map((value) => canonical({ headers: { 'x-a': value } }, ['x-a'])[3]);
    assert.deepEqual(lines, ['x-a:a b c', 'x-a:"a b"', 'x-a:a b', 'x-a:a b', 'x-a:', 'x-a:']);
    verify(signed({ headers: { 'x-a': '  a   b  c ' } }));
    const request = signed({ headers: { 'x-a': 'a  b' } });
    verify({ ...request, headers: { ...request.headers, 'x-a': ' a b ' } });
  });

  test('repeated headers are joined with a comma alone', () => {
    const headers = { 'x-a': 'one, two, three,  four' };
    const line = (headersDistinct: NodeJS.Dict<string[]>) =>
      canonical({ headers, headersDistinct }, ['x-a'])[3];
    assert.equal(line({ 'x-a': ['one, two', 'three,  four'] }), 'x-a:one, two,three, four');
    assert.equal(line({ 'x-a': ['one', 'two', 'three,  four'] }), 'x-a:one,two,three, four');
    assert.equal(line({}), 'x-a:one, two, three, four');
    const list = { 'set-cookie': [' a ', 'b  c'] };
    assert.equal(canonical({ headers: list }, ['set-cookie'])[3], 'set-cookie:a,b c');
  });

  test('headers that were sent once do not touch the distinct ones', () => {
    const request = signed({ headers: { 'x-a': 'a,b' } });
    const guarded = {
      ...requestOf({}),
      ...request,
      get headersDistinct(): NodeJS.Dict<string[]> {
        return assert.fail('was read');
      },
    };
    const presented = readCredential(guarded);
    checkSignature(presented, guarded, key, now);
  });

  test('header values are the bytes that came', () => {
    const bytes = Buffer.from('x-a:Zürich', 'utf8').toString('latin1');
    const request = { headers: { 'x-a': bytes.slice(4) } };
    const text = stringToSign('T', 'S', canonical(request, ['x-a']).join('\n'));
    const expected = `POST\n/\n\nx-a:Zürich\n\nx-a\nHASH`;
    assert.equal(text.split('\n')[3], createHash('sha256').update(expected, 'utf8').digest('hex'));
  });

  test('signed headers that are absent, or named like members of every object, count as empty', () => {
    const lines = canonical({}, ['__proto__', 'constructor', 'x-a']);
    assert.deepEqual(lines.slice(3, 6), ['__proto__:', 'constructor:', 'x-a:']);
  });
});

describe('derived keys', () => {
  const scope = '20260304/eu-west-1/sagemaker/aws4_request';

  test('sign as HMAC-SHA256 does', () => {
    for (const bytes of [0, 1, 32, 63, 64]) {
      const key = randomBytes(bytes);
      for (const text of ['', 'text', 'ü€😀', 'x'.repeat(55), 'x'.repeat(64), 'x'.repeat(1000)]) {
        const expected = createHmac('sha256', key).update(text).digest('hex');
        assert.equal(new SigningKey(key).sign(text), expected, `${key.toString('hex')} ${text}`);
      }
    }
  });

  test('are of at most a block', () => {
    assert.throws(() => new SigningKey(Buffer.alloc(65)), RangeError);
  });

  test('are found again for the same secret only', () => {
    const cache = new SigningKeyCache();
    const derived = deriveSigningKey(secretAccessKey, scope);
    cache.keep(`K/${scope}`, secretAccessKey, derived);
    assert.equal(cache.find(`K/${scope}`, secretAccessKey), derived);
    assert.equal(cache.find(`K/${scope}`, 'another'), undefined);
    assert.equal(cache.find(`L/${scope}`, secretAccessKey), undefined);
  });

  test('are bounded, the oldest leaves first', () => {
    const cache = new SigningKeyCache();
    const derived = deriveSigningKey(secretAccessKey, scope);
    for (let index = 0; index <= limits.signingKeysMax; index++) {
      cache.keep(`K${index}/${scope}`, secretAccessKey, derived);
    }
    assert.equal(cache.find(`K0/${scope}`, secretAccessKey), undefined);
    assert.equal(cache.find(`K1/${scope}`, secretAccessKey), derived);
    assert.equal(cache.find(`K${limits.signingKeysMax}/${scope}`, secretAccessKey), derived);
  });

  test('of an older day fall out when a new day begins', () => {
    const cache = new SigningKeyCache();
    const derived = deriveSigningKey(secretAccessKey, scope);
    const tomorrow = scope.replace('20260304', '20260305');
    cache.keep(`K/${scope}`, secretAccessKey, derived);
    cache.keep(`K/${tomorrow}`, secretAccessKey, derived);
    assert.equal(cache.find(`K/${scope}`, secretAccessKey), undefined);
    assert.equal(cache.find(`K/${tomorrow}`, secretAccessKey), derived);
    cache.keep(`K/${scope}`, secretAccessKey, derived);
    assert.equal(cache.find(`K/${scope}`, secretAccessKey), derived);
    assert.equal(cache.find(`K/${tomorrow}`, secretAccessKey), derived);
  });
});

class NodeSha256 {
  readonly #hash: Hash | ReturnType<typeof createHmac>;

  constructor(secret?: ArrayBuffer | ArrayBufferView | string) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

describe('signing', () => {
  test('V1, byte for byte', () => {
    const { authorization: _authorization, 'x-amz-date': _date, ...headers } = v1Headers;
    const request = signed({ headers, body: v1.body });
    assert.deepEqual(request.headers, v1Headers);
  });

  test('the token is added and signed; transport headers are not signed', () => {
    const headers = {
      Connection: 'close',
      'User-Agent': 'x',
      'proxy-authorization': 'y',
      'X-B': '1',
    };
    const request = signed({ headers }, { sessionToken: 'token' });
    assert.equal(request.headers['x-amz-security-token'], 'token');
    assert.match(
      request.headers.authorization ?? '',
      / SignedHeaders=host;x-amz-date;x-amz-security-token;x-b, /,
    );
  });

  test('S3 requests declare their hash, the caller’s own if there is one', () => {
    const request = signed({ body: Buffer.from('x') }, { service: 's3' });
    assert.equal(request.headers['x-amz-content-sha256'], bodyHash(Buffer.from('x')));
    verify(request, s3);
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const unsigned = signed({ body: Buffer.from('x'), headers }, { service: 's3' });
    assert.equal(unsigned.headers['x-amz-content-sha256'], 'UNSIGNED-PAYLOAD');
    verify({ ...unsigned, body: Buffer.from('y') }, s3);
  });

  test('the Date header serves where there is no x-amz-date', () => {
    const date = 'Wed, 04 Mar 2026 09:15:27 GMT';
    const scope = '20260304/eu-west-1/sagemaker/aws4_request';
    for (const value of [date, stamp]) {
      const headers = { host: 'localhost:8080', date: value };
      const canonical = canonicalRequest(
        requestOf({ headers }),
        'sagemaker',
        ['date', 'host'],
        bodyHash(Buffer.alloc(0)),
      );
      const text = stringToSign(stamp, scope, canonical);
      const signature = deriveSigningKey(secretAccessKey, scope).sign(text);
      const authorization = authorizationOf('eu-west-1/sagemaker', 'date;host', signature);
      verify(requestOf({ headers: { ...headers, authorization } }));
    }
  });
});

describe('beside the AWS SDK’s own signer', () => {
  const text = (characters: string, maxLength = 8) =>
    fc.string({ unit: fc.constantFrom(...characters.split('')), maxLength });
  const parameterName = fc
    .string({ unit: fc.constantFrom(...'abAB-_.~ /:+%é'.split('')), minLength: 1, maxLength: 5 })
    .filter((name) => name.trim() !== '');
  const drawn = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
    path: fc.array(text('abZ9-_.~%:@+=*!', 5)).map((segments) => `/${segments.join('/')}`),
    query: fc.dictionary(parameterName, fc.oneof(text('ab =&+%/?é~'), fc.array(text('ab ~'))), {
      noNullPrototype: true,
    }),
    headers: fc.dictionary(
      text('abc-').map((name) => `x-amz-meta-${name}`),
      text('ab  ,;="%'),
      { noNullPrototype: true },
    ),
    body: fc.uint8Array({ maxLength: 64 }),
    sessionToken: fc.option(text('ab/+='), { nil: undefined }),
    seconds: fc.integer({ min: 0, max: 2_000_000_000 }),
    region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'local'),
  });

  function escape(value: string): string {
    return encodeURIComponent(value).replace(/[!'()*]/g, (character) => {
      return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
    });
  }

  function rawQuery(query: Record<string, string | string[]>): string {
    const pairs = Object.entries(query).flatMap(([name, value]) => {
      return [value].flat().map((each) => `${escape(name)}=${escape(each)}`);
    });
    return pairs.join('&');
  }

  function signerOf(region: string, service: string, sessionToken?: string): SignatureV4 {
    const identity = sessionToken === undefined ? credentials : { ...credentials, sessionToken };
    const options = { credentials: identity, sha256: NodeSha256, region, service };
    return new SignatureV4({ ...options, applyChecksum: false, uriEscapePath: service !== 's3' });
  }

  test('we sign as it does, and verify what it signs', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ seconds, region, query, body, ...draw }) => {
        const sessionToken = draw.sessionToken === '' ? undefined : draw.sessionToken;
        const time = seconds * 1000;
        const headers = { ...draw.headers, host: 'localhost:8080' };
        const wire = { method: draw.method, path: draw.path, headers, body: Buffer.from(body) };
        const theirs = await signerOf(region, 'sagemaker', sessionToken).sign(
          { ...wire, protocol: 'http:', hostname: 'localhost', query },
          { signingDate: new Date(time) },
        );
        const options = {
          region,
          now: time,
          ...(sessionToken === undefined ? {} : { sessionToken }),
        };
        const ours = signed({ ...wire, query: rawQuery(query) }, options);
        assert.equal(ours.headers.authorization, theirs.headers['authorization']);
        verify(
          { ...ours, headers: theirs.headers },
          { now: time, key: { ...key, sessionToken }, expectations: { regions: 'any' } },
        );
      }),
    );
  });

  test('we verify what it presigns', async () => {
    const lifetime = fc.integer({ min: 1, max: limits.presignSecondsMax });
    await fc.assert(
      fc.asyncProperty(drawn, lifetime, async ({ seconds, region, query, ...draw }, expiresIn) => {
        const time = seconds * 1000;
        const wire = { method: draw.method, path: draw.path, body: Buffer.from(draw.body) };
        const headers = { ...draw.headers, host: 'localhost:8080' };
        const theirs = await signerOf(region, 'sagemaker').presign(
          { ...wire, protocol: 'http:', hostname: 'localhost', query, headers },
          { signingDate: new Date(time), expiresIn },
        );
        const raw = rawQuery(theirs.query as Record<string, string | string[]>);
        const request = requestOf({ ...wire, headers: theirs.headers, query: raw });
        const expected = { regions: 'any' } as const;
        verify(request, { now: time, expectations: expected });
        verify(request, { now: time + expiresIn * 1000, expectations: expected });
        const late = time + expiresIn * 1000 + 1000;
        refused(
          () => verify(request, { now: late, expectations: expected }),
          mismatch,
          /^Signature expired: /,
        );
      }),
    );
  });
});

describe('garbage', () => {
  const wireText = fc.string({ unit: 'binary-ascii', maxLength: 40 });
  const telling = fc.constantFrom(
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
    'X-Amz-Security-Token',
    'AWSAccessKeyId',
  );
  const plausible = fc.constantFrom(
    'AWS4-HMAC-SHA256',
    'K/20260304/eu-west-1/sagemaker/aws4_request',
    stamp,
    'host',
    '__proto__;constructor;host;tostring',
    '60',
    '%',
    '%E9%',
  );
  const value = fc.oneof(wireText, plausible);
  const pairs = fc.array(fc.tuple(fc.oneof(telling, wireText), value), { maxLength: 10 });
  const headerPair = fc.tuple(
    fc.constantFrom('Credential', 'SignedHeaders', 'Signature', '', 'x'),
    fc.constantFrom('=', '', '=='),
    value,
    fc.constantFrom(', ', ',', ' ', ''),
  );
  const authorization = fc.oneof(
    fc.constant(undefined),
    wireText,
    fc
      .tuple(fc.constantFrom('AWS4-HMAC-SHA256', 'AWS', 'Bearer'), fc.array(headerPair))
      .map(([scheme, parts]) => `${scheme} ${parts.flat().join('')}`),
  );
  const headers = fc
    .record({
      authorization,
      host: fc.option(wireText, { nil: undefined }),
      date: fc.option(value, { nil: undefined }),
      'x-amz-date': fc.option(fc.oneof(value, fc.constant(stamp)), { nil: undefined }),
      'x-amz-security-token': fc.option(value, { nil: undefined }),
      'x-amz-content-sha256': fc.option(value, { nil: undefined }),
    })
    .map((each): IncomingHttpHeaders => each);

  test('is refused and nothing else is thrown', () => {
    fc.assert(
      fc.property(headers, pairs, wireText, (drawnHeaders, drawnPairs, path) => {
        const query = drawnPairs.map((pair) => pair.join('=')).join('&');
        const request = requestOf({ path, query, headers: drawnHeaders });
        refusalOf(() => verify(request, { expectations: { regions: 'any' } }));
      }),
      { numRuns: 2000 },
    );
  });

  test('even where the scope is right', () => {
    const names = fc.string({
      unit: fc.constantFrom(
        ...'abch-_;'.split(''),
        'host',
        '__proto__',
        'constructor',
        'set-cookie',
      ),
      maxLength: 20,
    });
    fc.assert(
      fc.property(names, wireText, wireText, wireText, (signedHeaders, path, query, secret) => {
        const form = authorizationOf('eu-west-1/sagemaker', `host;${signedHeaders}`, 'x');
        const request = v1With({ authorization: form, 'set-cookie': ['a'] }, { path, query });
        refusalOf(() => verify(request, { key: { ...key, secretAccessKey: secret } }));
      }),
      { numRuns: 1000 },
    );
  });
});
