import { Connection } from './connection.ts';
import type { Answer } from './connection.ts';
import { quantile } from './format.ts';
import type { SignedRequest } from './signed-request.ts';

/** What a window measured. */
export interface Window {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** The share of its core that the driver needed; near one, it measured itself. */
  readonly driverShare: number;
  /** On the clock of process.hrtime, in microseconds. */
  readonly fromMicroseconds: number;
  readonly toMicroseconds: number;
}

/** How a window is driven. */
export interface WindowOptions {
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  /** Whether a request may be sent again when all have been; else the window ends early. */
  readonly repeatable: boolean;
}

const checkedEach = 64;

/** Sends requests over keep-alive connections, one in flight on each, until the time is over. */
export async function drive(
  requests: readonly SignedRequest[],
  options: WindowOptions,
): Promise<Window> {
  const opened = Array.from({ length: options.connections }, () => Connection.open(options.port));
  const connections = await Promise.all(opened);
  try {
    return await drivenBy(connections, requests, options);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function drivenBy(
  connections: readonly Connection[],
  requests: readonly SignedRequest[],
  { seconds, repeatable }: WindowOptions,
): Promise<Window> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const from = process.hrtime.bigint();
  const start = performance.now();
  const deadline = start + seconds * 1_000;
  const most = repeatable ? Infinity : requests.length;
  let sent = 0;
  let end = start;
  const run = (connection: Connection): Promise<void> =>
    new Promise((resolve, reject) => {
      let request: SignedRequest;
      let sentAt: number;
      const next = (now: number): void => {
        if (now >= deadline || sent >= most) {
          resolve();
          return;
        }
        request = requests[sent % requests.length]!;
        sent += 1;
        sentAt = now;
        connection.send(request.bytes);
      };
      connection.onFailure = reject;
      connection.onAnswer = (answer) => {
        const now = performance.now();
        end = now;
        latencies.push(now - sentAt);
        const isChecked = latencies.length % checkedEach === 0;
        const complaint = complaintAbout(answer, isChecked ? request : undefined);
        if (complaint === undefined) next(now);
        else reject(new Error(complaint));
      };
      next(performance.now());
    });
  await Promise.all(connections.map(run));
  const { user, system } = process.cpuUsage(cpu);
  const elapsedSeconds = (end - start) / 1_000;
  const sorted = Float64Array.from(latencies).sort();
  return {
    operations: latencies.length,
    perSecond: latencies.length / elapsedSeconds,
    p50Milliseconds: quantile(sorted, 0.5),
    p99Milliseconds: quantile(sorted, 0.99),
    driverShare: (user + system) / 1e6 / elapsedSeconds,
    fromMicroseconds: Number(from / 1_000n),
    toMicroseconds: Number(process.hrtime.bigint() / 1_000n),
  };
}

/** What is wrong with an answer: its status or, where the request is given, its body. */
function complaintAbout(
  { status, body }: Answer,
  request: SignedRequest | undefined,
): string | undefined {
  if (status !== 200) return `Answered ${status}: ${body.toString().slice(0, 500)}`;
  if (!request || request.isRight(JSON.parse(body.toString()))) return undefined;
  const sent = request.bytes.toString();
  return `Not the answer to ${sent.slice(sent.indexOf('\r\n\r\n'))}: ${body.toString()}`;
}
