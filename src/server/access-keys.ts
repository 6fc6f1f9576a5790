import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import { secretBinding } from '../domain/access-keys/access-key.ts';
import { findAccessKey, saveKeyUse } from '../domain/access-keys/access-key-store.ts';
import { isAccountDisabled } from '../domain/accounts/account-store.ts';
import {
  onIdentityChange,
  readIdentityRevision,
} from '../domain/access/identity-revision-store.ts';
import { rootPrincipal } from '../domain/access/principal.ts';
import type { AccessKey, Principal } from '../domain/access/principal.ts';
import type { PolicySet } from '../domain/access/evaluate-policy.ts';
import { userPolicies } from '../domain/policies/policies-in-force-store.ts';
import { saveRoleUse } from '../domain/roles/role-store.ts';
import { userPrincipal } from '../domain/users/user.ts';
import { findUserById } from '../domain/users/user-store.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { AccessKeyRow } from '../store/identity-tables.ts';
import { isTemporary, readTemporaryKey } from './temporary-keys.ts';

/** What a server needs to know its callers' keys. */
export interface AccessKeyParts {
  readonly root: AccessKey;
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly partition: string;
  readonly clock: Clock;
  readonly log: Log;
}

const keyForm = /^AKIA[A-Z2-7]{16}$/;

/**
 * The keys that callers sign with, remembered in memory. What this server changes is in force at
 * once; what another one changes, when that is heard, or else as soon as the revision is asked for.
 */
export class AccessKeys {
  readonly #parts: AccessKeyParts;
  readonly #held = new Map<string, AccessKey>();
  readonly #noted = new Map<string, number>();
  readonly #writing = new Set<Promise<void>>();
  #revision = -1;
  #trustedSince = -Infinity;
  #asking: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  /** Counts how often all was forgotten: what was read before is not remembered after. */
  #generation = 0;

  constructor(parts: AccessKeyParts) {
    this.#parts = parts;
  }

  /**
   * The key of an id; only one that is not at hand is waited for. What is known of a temporary key
   * is in the token that comes with it; whether that is the key's own is for the caller to check.
   */
  find(id: string, token?: string): AccessKey | undefined | Promise<AccessKey | undefined> {
    const { root } = this.#parts;
    if (id === root.accessKeyId) return root;
    if (!keyForm.test(id) && (token === undefined || !isTemporary(id))) return undefined;
    return (this.#isTrusted() && this.#held.get(id)) || this.#load(id, token);
  }

  /** Forgets all from now on when another server tells of a change, until `close`. */
  listen(): void {
    this.#stopListening ??= onIdentityChange(this.#parts.database, () => this.forget());
  }

  /** Forgets every key: one of them has changed. */
  forget(): void {
    this.#generation += 1;
    this.#held.clear();
  }

  /**
   * Notes that a key, or a session's role, was used for a call; written down now and then, and
   * never waited for.
   */
  noteUse(key: AccessKey, service: string, region: string): void {
    const { root, clock, database, log } = this.#parts;
    const at = clock.now();
    const { principal } = key;
    const [roleId] = principal.type === 'AssumedRole' ? principal.principalId.split(':') : [];
    // Of the sessions of users and of root nobody asks when they were used.
    if (key === root || (principal.session && roleId === undefined)) return;
    const id = roleId ?? key.accessKeyId;
    const last = this.#noted.get(id) ?? -Infinity;
    if (Math.abs(at - last) < limits.lastUsedSeconds * 1000) return;
    keep(this.#noted, id, at);
    const use = { accountId: principal.accountId, id, at, service, region };
    const save = roleId === undefined ? saveKeyUse : saveRoleUse;
    const writing = database
      .write((tx) => save(tx, use))
      .catch((error: unknown) => log.warn({ err: error }, 'use of a key not written down'))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Waits until every use is written down. */
  async close(): Promise<void> {
    this.#stopListening?.();
    await Promise.all(this.#writing);
  }

  #isTrusted(): boolean {
    const age = this.#parts.clock.now() - this.#trustedSince;
    return Math.abs(age) < limits.accessKeysTrustedMilliseconds;
  }

  async #load(id: string, token: string | undefined): Promise<AccessKey | undefined> {
    if (!this.#isTrusted()) await (this.#asking ??= this.#ask());
    const held = this.#held.get(id);
    if (held) return held;
    const generation = this.#generation;
    const key = await (token !== undefined && isTemporary(id)
      ? readTemporaryKey({ ...this.#parts, findKey: (held) => this.find(held) }, id, token)
      : this.#read(id));
    if (key && generation === this.#generation) keep(this.#held, id, key);
    return key;
  }

  async #ask(): Promise<void> {
    const { clock, database } = this.#parts;
    const since = clock.now();
    try {
      const revision = await database.read(readIdentityRevision);
      if (revision !== this.#revision) this.forget();
      this.#revision = revision;
      this.#trustedSince = since;
    } finally {
      this.#asking = undefined;
    }
  }

  async #read(id: string): Promise<AccessKey | undefined> {
    const { database, secrets, root } = this.#parts;
    const operatorId = root.principal.accountId;
    const found = await database.read(async (tx) => {
      const key = await findAccessKey(tx, id);
      const holder = key && (await this.#holderOf(tx, key));
      return (
        holder && {
          key,
          holder,
          active:
            key.status === 'Active' && !(await isAccountDisabled(tx, key.account_id, operatorId)),
        }
      );
    });
    if (!found) return undefined;
    const { key, holder, active } = found;
    const sealed = { keyId: key.secret_key_id, sealed: key.secret };
    return {
      accessKeyId: key.id,
      secretAccessKey: secrets.open(sealed, secretBinding(key)),
      active,
      ...holder,
    };
  }

  /** Whom a key stands for; undefined where a user is gone. */
  async #holderOf(
    tx: Transaction,
    { account_id, user_id }: AccessKeyRow,
  ): Promise<{ principal: Principal; policies?: PolicySet } | undefined> {
    const { partition } = this.#parts;
    if (user_id === null) return { principal: rootPrincipal(account_id, partition) };
    const user = await findUserById(tx, account_id, user_id);
    if (!user) return undefined;
    const policies = await userPolicies(tx, user, partition);
    return { principal: userPrincipal(user, partition), policies };
  }
}

/** Remembers a value as the newest, at the cost of the oldest one. */
function keep<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  if (map.size <= limits.accessKeysHeldMax) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
