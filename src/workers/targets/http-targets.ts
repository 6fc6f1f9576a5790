import type { Clock } from '../../kernel/clock.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Database } from '../../store/database.ts';
import { AddressGuard } from './address-guard.ts';
import type { AddressRanges } from './address-ranges.ts';
import { ApiDestinationTarget } from './api-destination.ts';
import { HttpSender } from './http-request.ts';
import type { TargetKind } from './target.ts';
import { webhookTarget } from './webhook.ts';

/** What the targets that speak HTTP need of a server. */
export interface HttpTargetSettings {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly allowedTargetAddresses: AddressRanges;
  readonly strictAws: boolean;
}

/** The kinds of targets that speak HTTP: all of them by one sender. */
export function httpTargets(settings: HttpTargetSettings): TargetKind[] {
  const sender = new HttpSender(new AddressGuard(settings.allowedTargetAddresses));
  const parts = { ...settings, sender };
  return [webhookTarget(parts), new ApiDestinationTarget(parts)];
}
