import { createApp } from '../../app.ts';
import type { App } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { listSamples } from '../../domain/integrity/integrity-store.ts';
import type { Sample } from '../../domain/integrity/integrity-store.ts';
import { signRequest } from '../../server/sigv4-sign.ts';
import { openDatabase } from '../../store/open-database.ts';
import { Failure } from '../failure.ts';

/** How many resources of each kind are read. */
const samplesMax = 5;

/**
 * Starts the product on a database, in this process and without a socket, and reads some of its
 * newest resources as a client would; answers what was read.
 */
export async function readAsClient(
  dataDir: string,
  databaseUrl: string,
  partition: string,
): Promise<string[]> {
  const database = await openDatabase(databaseUrl);
  try {
    const samples = await database.read((tx) => listSamples(tx, samplesMax));
    const read: string[] = [];
    for (const [accountId, ofAccount] of Map.groupBy(samples, (one) => one.accountId)) {
      const config = readConfig({ dataDir, database: databaseUrl, accountId, partition }, {});
      const app = await createApp(config, { database, log: createLog('silent') });
      for (const sample of ofAccount) read.push(await readSample(app, sample));
    }
    return read;
  } finally {
    await database.close();
  }
}

async function readSample(app: App, sample: Sample): Promise<string> {
  const { kind, name, version, region } = sample;
  if (kind === 'group') {
    await call(app, region, 'DescribeModelPackageGroup', { ModelPackageGroupName: name });
    await call(app, region, 'ListModelPackages', { ModelPackageGroupName: name });
    return `group ${name}`;
  }
  const reference = version === null ? name : `${name}/${version}`;
  await call(app, region, 'DescribeModelPackage', { ModelPackageName: reference });
  return `model package ${reference}`;
}

async function call(app: App, region: string, operation: string, input: object): Promise<void> {
  const headers = {
    host: 'localhost',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `SageMaker.${operation}`,
  };
  const request = {
    method: 'POST',
    path: '/',
    query: '',
    headers,
    body: Buffer.from(JSON.stringify(input)),
  };
  const signature = signRequest({
    ...request,
    credentials: app.rootAccessKey,
    region,
    service: 'sagemaker',
    now: systemClock.now(),
  });
  const signed = Object.entries(signature).map(([name, value]) => [name.toLowerCase(), value]);
  const { status, body } = await app.handle({
    ...request,
    headers: { ...headers, ...(Object.fromEntries(signed) as Record<string, string>) },
    headersDistinct: {},
    requestId: app.newId(),
    sourceIp: '127.0.0.1',
    isSecure: true,
  });
  if (status !== 200) throw new Failure(`${operation} of ${JSON.stringify(input)}: ${body}`);
}
