import { boolean, filled, fraction, integer, list, setting, wrong } from './config-values.ts';
import type { Setting } from './config-values.ts';
import { limits } from './kernel/limits.ts';
import { logLevels } from './kernel/log.ts';
import type { LogLevel } from './kernel/log.ts';
import { parseDatabaseUrl } from './store/database-url.ts';
import { AddressRanges } from './workers/targets/address-ranges.ts';

/** Every setting by its key. */
export const settingOf = {
  host: setting({
    key: 'host',
    value: '<address>',
    help: 'address to listen on; anything but loopback opens the registry to the network',
    fallback: '127.0.0.1',
    parse: (text) => filled(text, 'an address or a host name'),
  }),
  port: setting({
    key: 'port',
    value: '<number>',
    help: 'port to listen on; 0 takes any that is free',
    fallback: 9700,
    parse: (text) => integer(text, 0, 65_535),
  }),
  dataDir: setting({
    key: 'dataDir',
    value: '<folder>',
    help: 'folder of the database and the root access key',
    fallback: './imprimatur-data',
    parse: (text) => filled(text, 'a folder'),
  }),
  database: setting({
    key: 'database',
    value: '<url>',
    help: 'sqlite:<file> or postgres://<user>:<password>@<host>/<name>; DATABASE_URL does as well',
    fallback: '',
    fallbackText: 'sqlite:<data folder>/imprimatur.db',
    isSecret: true,
    parse: (text) => {
      try {
        parseDatabaseUrl(text);
        return text;
      } catch (error) {
        return wrong(`a database URL. ${(error as Error).message}`);
      }
    },
  }),
  accountId: setting({
    key: 'accountId',
    value: '<12 digits>',
    help: 'account of the root access key',
    fallback: '123456789012',
    parse: (text) => (/^\d{12}$/.test(text) ? text : wrong('12 digits')),
  }),
  partition: setting({
    key: 'partition',
    value: '<name>',
    help: 'partition of ARNs',
    fallback: 'aws',
    parse: (text) =>
      /^aws[a-z-]*$/.test(text) ? text : wrong('a partition such as aws or aws-cn'),
  }),
  regions: setting<'any' | string[]>({
    key: 'regions',
    value: '<list>',
    help: 'comma-separated regions that are served, or "any"',
    fallback: 'any',
    parse: (text) => {
      if (text === 'any') return 'any';
      const names = list(text);
      const fits = names.length > 0 && names.every((name) => /^[a-z0-9-]{1,32}$/.test(name));
      return fits ? names : wrong('"any" or names such as us-east-1,eu-west-1');
    },
  }),
  strictAws: setting({
    key: 'strictAws',
    help: 'turn every extension off and answer as AWS does',
    fallback: false,
    parse: boolean,
  }),
  corsOrigins: setting<string[]>({
    key: 'corsOrigins',
    value: '<list>',
    help: 'comma-separated origins whose pages may call, or "*"',
    fallback: [],
    parse: list,
  }),
  clockWindowSeconds: setting({
    key: 'clockWindowSeconds',
    value: '<seconds>',
    help: "how far a caller's clock may be off",
    fallback: limits.clockWindowSeconds,
    parse: (text) => integer(text, 1, 24 * 60 * 60),
  }),
  validationProfileStatus: setting<'NotStarted' | 'Completed'>({
    key: 'validationProfileStatus',
    value: '<status>',
    help: 'status that validation profiles get, which nothing here runs: NotStarted or Completed',
    fallback: 'NotStarted',
    parse: (text) =>
      text === 'NotStarted' || text === 'Completed' ? text : wrong('NotStarted or Completed'),
  }),
  accessLog: setting({
    key: 'accessLog',
    help: 'log a line of JSON for each request to standard error',
    fallback: false,
    parse: boolean,
  }),
  logLevel: setting<LogLevel>({
    key: 'logLevel',
    value: '<level>',
    help: `how much is logged to standard error: ${logLevels.join(', ')}`,
    fallback: 'warn',
    parse: (text) => logLevels.find((level) => level === text) ?? wrong(logLevels.join(', ')),
  }),
  operationsPort: setting<number | undefined>({
    key: 'operationsPort',
    value: '<number>',
    help: 'port of its own for /healthz, /readyz and /metrics, without TLS; 0 takes any free one',
    fallback: undefined,
    parse: (text) => integer(text, 0, 65_535),
  }),
  operationsHost: setting({
    key: 'operationsHost',
    value: '<address>',
    help: 'address of the operations port; whoever reaches it may read the metrics',
    fallback: '127.0.0.1',
    parse: (text) => filled(text, 'an address or a host name'),
  }),
  tlsCert: setting<string | undefined>({
    key: 'tlsCert',
    value: '<file>',
    help: 'certificate and its chain in PEM form, for HTTPS; read again when it changes',
    fallback: undefined,
    parse: (text) => filled(text, 'a file'),
  }),
  tlsKey: setting<string | undefined>({
    key: 'tlsKey',
    value: '<file>',
    help: 'private key of the certificate in PEM form, without a passphrase',
    fallback: undefined,
    parse: (text) => filled(text, 'a file'),
  }),
  maxConnections: setting({
    key: 'maxConnections',
    value: '<number>',
    help: 'connections open at once; further ones are closed',
    fallback: limits.connectionsMax,
    parse: (text) => integer(text, 1, 1_000_000),
  }),
  maxConnectionsPerSource: setting({
    key: 'maxConnectionsPerSource',
    value: '<number>',
    help: 'connections open at once from one address; 0 for any number, as behind a proxy',
    fallback: 0,
    parse: (text) => integer(text, 0, 1_000_000),
  }),
  rateLimit: setting({
    key: 'rateLimit',
    value: '<calls>',
    help: 'calls per second of one principal, beyond which it is throttled; 0 for no limit',
    fallback: 0,
    parse: (text) => integer(text, 0, 1_000_000),
  }),
  rateLimitBurst: setting<number | undefined>({
    key: 'rateLimitBurst',
    value: '<calls>',
    help: 'calls at once of one principal that has paused',
    fallback: undefined,
    fallbackText: 'twice --rate-limit',
    parse: (text) => integer(text, 1, 1_000_000),
  }),
  writeRateLimit: setting({
    key: 'writeRateLimit',
    value: '<calls>',
    help: 'of these, calls per second that change something; 0 for no limit of their own',
    fallback: 0,
    parse: (text) => integer(text, 0, 1_000_000),
  }),
  writeRateLimitBurst: setting<number | undefined>({
    key: 'writeRateLimitBurst',
    value: '<calls>',
    help: 'calls at once that change something',
    fallback: undefined,
    fallbackText: 'twice --write-rate-limit',
    parse: (text) => integer(text, 1, 1_000_000),
  }),
  recordReads: setting({
    key: 'recordReads',
    value: '<rate>',
    help: 'part of all reads that is recorded for LookupEvents: from 0 to 1, or "off"',
    fallback: 1,
    parse: (text) => (text === 'off' ? 0 : fraction(text)),
  }),
  readRetentionDays: setting({
    key: 'readRetentionDays',
    value: '<days>',
    help: 'days that records of reads are kept',
    fallback: limits.lookupDaysMax,
    parse: (text) => integer(text, 1, 36_500),
  }),
  journalRetentionDays: setting<number | undefined>({
    key: 'journalRetentionDays',
    value: '<days>',
    help: 'days of the journal that "audit prune" leaves alone; no server removes anything of it',
    fallback: undefined,
    fallbackText: 'for ever',
    parse: (text) => integer(text, limits.journalRetentionDaysMin, 36_500),
  }),
  allowedTargetAddresses: setting({
    key: 'allowedTargetAddresses',
    value: '<list>',
    help: 'comma-separated addresses, as 10.1.0.0/16, that events may go to besides public ones',
    fallback: new AddressRanges([]),
    fallbackText: 'none',
    parse: (text) => {
      try {
        return new AddressRanges(list(text));
      } catch {
        return wrong('addresses such as 10.1.0.0/16,fd00::/8,192.0.2.7');
      }
    },
  }),
  eventRetentionDays: setting({
    key: 'eventRetentionDays',
    value: '<days>',
    help: 'days that events can be read again; what an archive keeps stays as long as that says',
    fallback: 30,
    parse: (text) => integer(text, 1, 36_500),
  }),
  deliveryRetentionDays: setting({
    key: 'deliveryRetentionDays',
    value: '<days>',
    help: 'days that ended deliveries of events are kept, with their attempts',
    fallback: 14,
    parse: (text) => integer(text, 1, 36_500),
  }),
  drainSeconds: setting({
    key: 'drainSeconds',
    value: '<seconds>',
    help: 'serve so long after SIGTERM while /readyz fails, for load balancers to notice',
    fallback: 0,
    parse: (text) => integer(text, 0, 60 * 60),
  }),
};

/** Every setting in order, as `imprimatur serve --help` and the guide list them. */
export const settings: readonly Setting<unknown>[] = Object.values(settingOf);
