import type { Config } from '../../config.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { limits } from '../../kernel/limits.ts';
import type { CheckResult } from '../check-list.ts';
import { exchange } from '../exchange.ts';
import { Failure } from '../failure.ts';

const patience = { connectSeconds: 3, readSeconds: 5 };

/** Whether a server answers at the configured port, and has the same time as this machine. */
export async function checkServer(
  config: Config,
  clock: Clock = systemClock,
): Promise<CheckResult> {
  const check = 'server';
  const scheme = config.tls ? 'https' : 'http';
  const endpoint = new URL(`${scheme}://${callableHost(config.host)}:${config.port}`);
  if (config.port === 0) {
    return { check, status: 'ok', message: 'the port is chosen at the start; not asked' };
  }
  let answered: string | undefined;
  try {
    const { headers } = await exchange({
      endpoint,
      headers: { host: endpoint.host, 'content-length': '0' },
      body: Buffer.alloc(0),
      timeouts: patience,
    });
    answered = headers.date;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      check,
      status: 'warn',
      message: `none answers at ${endpoint.origin}${reasonOf(error)}`,
      advice: 'If it should run, start it: "imprimatur serve". Its log says why it stopped.',
    };
  }
  const away = Math.abs(Date.parse(answered ?? '') - clock.now()) / 1000;
  if (away > limits.serverClockSecondsMax) {
    return {
      check,
      status: 'fail',
      message: `it answers at ${endpoint.origin}, with a clock ${Math.round(away)} s away`,
      advice: 'Set both clocks (NTP): signatures are refused where they differ too much.',
    };
  }
  return { check, status: 'ok', message: `it answers at ${endpoint.origin}` };
}

/** Why, where the message of a broken exchange tells it: a refused connection, a certificate. */
function reasonOf({ message }: Failure): string {
  const [, reason] = /^Cannot reach \S+ \((.+?)\)\./.exec(message) ?? [];
  return reason === undefined ? '' : ` (${reason})`;
}

/** An address to call for one to listen on. */
function callableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
