/** The targets that speak HTTP, on a product in this process that sends nothing by itself. */
import type { TestContext } from 'node:test';
import { readConfig } from '../../src/config.ts';
import type { Flags } from '../../src/config.ts';
import type { EventEnvelope } from '../../src/domain/events/event-envelope.ts';
import { SecretBox } from '../../src/kernel/secret-box.ts';
import { httpTargets } from '../../src/workers/targets/http-targets.ts';
import type { Invocation, TargetKind } from '../../src/workers/targets/target.ts';
import { startApp } from './scenario.ts';
import { testAccount, testEncryptionKey, testRegion } from './test-app.ts';
import type { TestApp } from './test-app.ts';

/** A product, and what sends for it. */
export interface WithTargets {
  readonly app: TestApp;
  readonly kinds: readonly TargetKind[];
  /** The kind that serves an ARN. */
  readonly target: (arn: string) => TargetKind;
}

/** Starts a product whose targets may be on this machine, unless told otherwise. */
export async function startWithTargets(t: TestContext, flags: Flags = {}): Promise<WithTargets> {
  const app = await startApp(t, flags);
  const config = readConfig({ allowedTargetAddresses: '127.0.0.0/8', ...flags }, {});
  const secrets = new SecretBox(() => [Buffer.from(testEncryptionKey, 'base64')]);
  const { database, clock } = app;
  const kinds = httpTargets({ ...config, database, secrets, clock });
  t.after(() => {
    for (const kind of kinds) kind.close?.();
  });
  return { app, kinds, target: (arn) => kinds.find((kind) => kind.serves(arn))! };
}

const event: EventEnvelope = {
  version: '0',
  id: '0f6d0c9e-6c5a-8b0e-9a51-3a6f2a1f7d10',
  'detail-type': 'SageMaker Model Package State Change',
  source: 'aws.sagemaker',
  account: testAccount,
  time: '2026-03-04T09:15:27Z',
  region: testRegion,
  resources: [`arn:aws:sagemaker:${testRegion}:${testAccount}:model-package/fraud/7`],
  detail: { ModelPackageGroupName: 'fraud', ModelPackageVersion: 7, Words: ['é', 'a b'] },
};

/** A try to send an event to a target. */
export function invocationOf(
  arn: string,
  target: Readonly<Record<string, unknown>> = {},
): Invocation {
  return {
    accountId: testAccount,
    region: testRegion,
    event,
    hops: 0,
    input: JSON.stringify(event),
    rule: { arn: `arn:aws:events:${testRegion}:${testAccount}:rule/r`, name: 'r' },
    target: { Id: 'a', Arn: arn, ...target },
    attempt: 0,
    signal: new AbortController().signal,
  };
}
