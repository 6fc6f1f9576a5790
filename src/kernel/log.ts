import { pino } from 'pino';
import type { Logger } from 'pino';

/** Writes structured lines; secrets are never passed to it. */
export type Log = Logger;

/** Writes a line for each request. */
export type AccessLog = Pick<Logger, 'info'>;

/** How much is logged. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** One of the levels. */
export type LogLevel = (typeof logLevels)[number];

/** Makes a log of JSON lines on standard error, which leaves standard output to the user. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}

/** Makes an access log beside the log: lines of the same form, whatever the log's level is. */
export function createAccessLog(): AccessLog {
  const base = { kind: 'access' };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level: 'info', base, timestamp }, pino.destination(2));
}
