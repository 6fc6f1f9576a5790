import type { Refusal } from '../../kernel/refusal.ts';
import type { ResourceFacts } from './condition-keys.ts';

/** What a caller must be allowed to act on. */
export interface AccessTarget {
  /** Of the resource that was found, or as the caller spells it; `*` when there is none. */
  readonly arn: string;
  /** A second ARN under which the same may be allowed. */
  readonly otherArn?: string;
  /** The text of the resource's own policy. */
  readonly policy?: string | null;
  /** The text of the policy that shares of the resource amount to: it is heard besides. */
  readonly sharePolicy?: string | null;
  /**
   * Of a role that is to be assumed, in the place of a policy: the text of its trust policy; null
   * of a role that is not there, which trusts nobody.
   */
  readonly trust?: string | null;
  /** What conditions ask of the resource as it is before the call; asked for only if any does. */
  facts?(): Omit<ResourceFacts, 'accountId'>;
}

/**
 * What a call acts on: what decides whether it may, and what was found to work with. Whoever may
 * not act on it is not told that it is missing.
 */
export type Target<Found> = AccessTarget &
  ({ readonly found: Found } | { readonly missing: Refusal });
