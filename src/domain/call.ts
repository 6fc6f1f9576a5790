import type { Principal } from './access/principal.ts';

/** The caller and the circumstances of one call. */
export interface Call {
  readonly requestId: string;
  readonly accountId: string;
  /** The account of the configuration, which alone administers accounts. */
  readonly operatorAccountId: string;
  readonly region: string;
  readonly partition: string;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  /** Whether the call came over TLS. */
  readonly isSecure: boolean;
  readonly userAgent: string;
  readonly service: string;
  readonly operation: string;
  /** Whether it is about who may call: no region has a part in that. */
  readonly isGlobal: boolean;
  /** When the call arrived, epoch milliseconds. */
  readonly now: number;
  /** Whether extensions are off and everything answers as AWS does. */
  readonly strictAws: boolean;
  /** What becomes of validation profiles, which nothing here runs. */
  readonly validationProfileStatus: 'NotStarted' | 'Completed';
}
