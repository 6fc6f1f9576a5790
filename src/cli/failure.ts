import { printable } from './printable.ts';

/** Exit codes of the commands for people. */
export const exitCodes = {
  done: 0,
  /** Refused by the server, unreachable, or broken. */
  failed: 1,
  usage: 2,
  /** `wait` met a final status other than the one that was waited for. */
  otherStatus: 3,
  /** As the `timeout` of coreutils has it. */
  timedOut: 124,
} as const;

/** What ends a command: its message goes to standard error, unless it is empty. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** A command line that cannot be understood. */
export class UsageFailure extends Failure {
  constructor(message: string) {
    super(message, exitCodes.usage);
  }
}

/** What the surroundings lack: credentials, a file, a profile. */
export class ConfigurationFailure extends Failure {}

/** An endpoint that does not answer, or not as a registry. */
export class ConnectionFailure extends Failure {}

/** A call that the server refused. */
export class ServiceFailure extends Failure {
  readonly code: string;
  /** What the service says, in its own words. */
  readonly text: string;
  readonly operation: string;
  readonly status: number;
  /** How often the call was tried again before. */
  readonly retries: number;

  constructor(refused: Pick<ServiceFailure, 'code' | 'text' | 'operation' | 'status' | 'retries'>) {
    super(printable(`${refused.text} (${refused.code})`) + advice(refused.code));
    this.code = refused.code;
    this.text = refused.text;
    this.operation = refused.operation;
    this.status = refused.status;
    this.retries = refused.retries;
  }

  /** Whether the service says that a resource is not there; SageMaker has no code for it. */
  get isMissing(): boolean {
    return this.code === 'ValidationException' && /does not exist/.test(this.text);
  }
}

/** Codes of calls whose key the registry does not know, or whose secret is another. */
const foreignKeyCodes = [
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

function advice(code: string): string {
  if (!foreignKeyCodes.includes(code)) return '';
  return (
    '\nThe key that signed the call is not one of this registry. With none in the environment ' +
    'its root\nkey is taken from the data folder; "imprimatur credentials" prints that key.'
  );
}
