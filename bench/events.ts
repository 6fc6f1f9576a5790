/** Measures events: how soon and how fast they are delivered, and what rules cost the writes. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RouteTable } from '../src/domain/event-rules/route-table.ts';
import type { EventEnvelope } from '../src/domain/events/event-envelope.ts';
import { callEvents, EventReceiver } from './event-calls.ts';
import { measureDrain } from './event-drain.ts';
import type { Drain } from './event-drain.ts';
import { count, figure, median, megabytes, percent, quantile } from './format.ts';
import { drive } from './load.ts';
import type { Options } from './options.ts';
import { populationOf, scope, seededRandom } from './population.ts';
import type { Progress } from './progress.ts';
import { table } from './report.ts';
import { scenarios } from './scenarios.ts';
import { startRegistry } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import { sign } from './signed-request.ts';
import { copyStore, makeRunFolder } from './stores.ts';

const wanted = { p50: 20, p99: 100, cost: 0.15, match: 1, drain: 2_000 };
const eventsPerSecond = 500;
const latencyRules = 20;
const writeRules = 100;
const matchedRules = 1_000;
const versions = 1_000;
const requestsPerSecondMax = 4_000;
const env = { IMPRIMATUR_ALLOWED_TARGET_ADDRESSES: '127.0.0.1' };

interface Latency {
  readonly perSecond: number;
  readonly milliseconds: Float64Array;
}

/** Registrations per second, window by window. */
interface Rates {
  readonly none: number[];
  readonly silent: number[];
  readonly matching: number[];
}

/** Everything about events, as a report. */
export async function measureEvents(options: Options, progress: Progress): Promise<string> {
  const folder = makeRunFolder();
  progress.step('matching');
  const match = measureMatch();
  progress.step(`delivering ${eventsPerSecond} events per second`);
  const latency = await measureLatency(await copyStore(versions, folder, progress), options);
  const rates = await measureWrites(folder, options, progress);
  const drain = await measureDrain(join(folder, 'drain'), options.entries, env, progress);
  return reportOf({ match, latency, rates, drain });
}

/** Milliseconds to find, of a thousand rules of all sorts, those that wait for an event. */
function measureMatch(): number {
  const patterns = Array.from({ length: matchedRules }, (_, n) => patternOf(n));
  const bus = { account_id: scope.accountId, region: scope.region, bus_name: 'default' };
  const rules = new RouteTable(
    patterns.map((item) => ({ source: { ...bus, pattern: JSON.stringify(item) }, item })),
    new Map(),
    (_, error) => {
      throw error;
    },
  );
  const from = performance.now();
  let asked = 0;
  for (; performance.now() - from < 2_000; asked += 1) {
    rules.waitingFor(bus, eventOf(asked));
  }
  return (performance.now() - from) / asked;
}

/** Of five rules two name a group, and one each an approval, a version and a prefix. */
function patternOf(n: number): object {
  const source = ['aws.sagemaker'];
  const group = [`group-${n}`];
  if (n % 5 < 2) return { source, detail: { ModelPackageGroupName: group } };
  if (n % 5 === 2) {
    return { source, detail: { ModelApprovalStatus: ['Approved'], ModelPackageGroupName: group } };
  }
  if (n % 5 === 3) return { source, detail: { ModelPackageVersion: [{ numeric: ['>', n] }] } };
  return { detail: { ModelPackageGroupName: [{ prefix: `group-${n}` }] } };
}

function eventOf(n: number): EventEnvelope {
  const group = `group-${n % matchedRules}`;
  return {
    ...{ version: '0', id: `${n}`, 'detail-type': 'SageMaker Model Package State Change' },
    ...{ source: 'aws.sagemaker', account: scope.accountId, region: scope.region },
    ...{ time: '2026-03-04T09:15:27Z', resources: [`arn:model-package/${group}/${n}`] },
    detail: {
      ...{ ModelPackageGroupName: group, ModelPackageName: `${group}/7` },
      ...{
        ModelPackageVersion: 7,
        ModelApprovalStatus: 'Approved',
        ModelPackageStatus: 'Completed',
      },
      InferenceSpecification: { Containers: [{ Image: 'image', ModelDataUrl: 's3://b/k' }] },
      CustomerMetadataProperties: { trainingJob: `job-${n}`, dataset: 'd', framework: 'f' },
    },
  };
}

/** From PutEvents' answer to the first byte at one of twenty webhooks. */
async function measureLatency(dataDir: string, { seconds, rounds }: Options): Promise<Latency> {
  const receiver = new EventReceiver();
  const url = await receiver.open();
  const { server } = await startRegistry(dataDir, first(), { env });
  for (let n = 0; n < latencyRules; n += 1) {
    await makeWebhook(server, `${url}/w${n}`, { source: ['bench'], 'detail-type': [`w${n}`] });
  }
  const answered = new Map<string, number>();
  const put = async (type: string): Promise<void> => {
    const entry = { Source: 'bench', DetailType: type, Detail: '{"stage":"Production"}' };
    const { Entries } = await callEvents<{ Entries: { EventId: string }[] }>(
      ...([server.port, 'events', 'PutEvents', { Entries: [entry] }] as const),
    );
    answered.set(`/${type} ${Entries[0]!.EventId}`, performance.now());
  };
  const from = performance.now();
  const end = from + seconds * rounds * 1_000;
  const puts: Promise<void>[] = [];
  for (let sent = 0; performance.now() < end;) {
    const due = ((performance.now() - from) / 1_000) * eventsPerSecond;
    for (; sent < due; sent += 1) puts.push(put(`w${sent % latencyRules}`));
    await sleep(2);
  }
  await Promise.all(puts);
  const perSecond = (answered.size / (performance.now() - from)) * 1_000;
  const patience = performance.now() + 10_000;
  while (receiver.at.size < answered.size && performance.now() < patience) await sleep(20);
  await server.stop();
  receiver.close();
  // One that came before its answer did waited for nothing.
  const waits = [...answered].map(([key, at]) =>
    Math.max(0, (receiver.at.get(key) ?? Infinity) - at),
  );
  return { perSecond, milliseconds: Float64Array.from(waits).sort() };
}

/** Registrations without rules, with rules for other events, and with a delivery for each. */
async function measureWrites(folder: string, options: Options, progress: Progress) {
  const receiver = new EventReceiver();
  receiver.isCounting = true;
  const url = await receiver.open();
  const rates: Rates = { none: [], silent: [], matching: [] };
  const population = populationOf(versions);
  const detail = {
    none: undefined,
    silent: { ModelLifeCycle: { Stage: ['Production'] } },
    matching: { ModelApprovalStatus: [{ exists: true }] },
  };
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const kind of ['none', 'silent', 'matching'] as const) {
      progress.step(`registering, round ${round} of ${options.rounds}, rules: ${kind}`);
      const dataDir = await copyStore(versions, join(folder, `${round}-${kind}`), progress);
      const { server } = await startRegistry(dataDir, first(), { env });
      for (let n = 0; detail[kind] && n < writeRules; n += 1) {
        const groups = population.groups.filter((_, place) => place % writeRules === n);
        const ModelPackageGroupName = groups.map(({ name }) => name);
        const pattern = { source: ['aws.sagemaker'], detail: { ...detail[kind] } };
        const own = kind === 'silent' ? {} : { ModelPackageGroupName };
        Object.assign(pattern.detail, own);
        if (kind === 'silent' || ModelPackageGroupName.length > 0) {
          await makeWebhook(server, `${url}/${n}`, pattern);
        }
      }
      rates[kind].push(await registerFor(server, options, round));
      await server.stop();
    }
  }
  receiver.close();
  return rates;
}

async function registerFor(server: ServerProcess, options: Options, seed: number): Promise<number> {
  const { seconds, connections } = options;
  const random = seededRandom(seed);
  const register = scenarios.find(({ name }) => name === 'register')!;
  const population = populationOf(versions);
  const requests = Array.from({ length: seconds * requestsPerSecondMax }, () =>
    sign(register.makeCall(population, random)),
  );
  const window = { port: server.port, seconds, connections, repeatable: false };
  return (await drive(requests, window)).perSecond;
}

async function makeWebhook(server: ServerProcess, url: string, pattern: object): Promise<void> {
  const Name = `w${url.slice(url.lastIndexOf('/') + 1)}`;
  const input = { Name, Url: url, EventPattern: JSON.stringify(pattern) };
  await callEvents(server.port, 'imprimatur', 'CreateWebhook', input);
}

function first() {
  const describe = scenarios.find(({ name }) => name === 'describe')!;
  return sign(describe.makeCall(populationOf(versions), seededRandom(1)));
}

interface Results {
  readonly match: number;
  readonly latency: Latency;
  readonly rates: Rates;
  readonly drain: Drain;
}

type Row = readonly [what: string, wanted: string, got: string, isMet: boolean | undefined];

function reportOf({ match, latency, rates, drain }: Results): string {
  const p50 = quantile(latency.milliseconds, 0.5);
  const p99 = quantile(latency.milliseconds, 0.99);
  const [none, silent, matching] = [rates.none, rates.silent, rates.matching].map(median) as [
    ...[number, number, number],
  ];
  const rows: Row[] = [
    ['first byte, p50', `< ${wanted.p50} ms`, `${figure(p50)} ms`, p50 < wanted.p50],
    ['first byte, p99', `< ${wanted.p99} ms`, `${figure(p99)} ms`, p99 < wanted.p99],
    ...(
      [
        ['waiting for other events', silent],
        ['one of which gets each', matching],
      ] as const
    ).map(([what, rate]): Row => {
      const lost = 1 - rate / none;
      const told = `${percent(Math.max(0, lost))} (${count(rate)} of ${count(none)} per second)`;
      return [
        `register with ${writeRules} rules, ${what}`,
        '< 15 % less',
        told,
        lost < wanted.cost,
      ];
    }),
    [
      `matching one event with ${count(matchedRules)} rules`,
      ...([`< ${wanted.match} ms`, `${figure(match)} ms`] as const),
      match < wanted.match,
    ],
    [
      `draining ${count(drain.deliveries)} deliveries`,
      ...([`≥ ${count(wanted.drain)} per second`, `${count(drain.perSecond)} per second`] as const),
      drain.perSecond >= wanted.drain,
    ],
    ['memory of the server meanwhile', 'flat', drain.memory.map(megabytes).join(', '), undefined],
  ];
  const told = rows.map(([what, want, got, isMet]) => [
    ...[what, want, got],
    isMet === undefined ? '' : isMet ? 'met' : 'MISSED',
  ]);
  const events = count(latency.milliseconds.length);
  return [
    `Events: ${events} put at ${figure(latency.perSecond)} per second, ` +
      `with ${latencyRules} rules, each to a webhook on loopback that answers at once; ` +
      'from the answer to PutEvents to the first byte. The endpoint shares the cores.',
    table(['target', 'wanted', 'measured', ''], told),
  ].join('\n\n');
}
