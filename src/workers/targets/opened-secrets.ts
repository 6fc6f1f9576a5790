import { openSigningSecrets } from '../../domain/webhooks/signing-secret.ts';
import type { SigningSecret } from '../../domain/webhooks/signing-secret.ts';
import { limits } from '../../kernel/limits.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';

type SealedRow = Parameters<typeof openSigningSecrets>[1];

/** Opens sealed signing secrets, and remembers those of the rows that were read last. */
export class OpenedSecrets {
  readonly #box: SecretBox;
  readonly #held = new Map<string, SigningSecret[]>();

  constructor(box: SecretBox) {
    this.#box = box;
  }

  /** The secrets of a row: what is sealed anew is another text. */
  open(row: SealedRow, boundTo: string): SigningSecret[] {
    const key = `${boundTo} ${row.signing_secret}`;
    const held = this.#held.get(key);
    if (held) return held;
    const secrets = openSigningSecrets(this.#box, row, boundTo);
    if (this.#held.size >= limits.openedSecretsMax) this.#held.clear();
    this.#held.set(key, secrets);
    return secrets;
  }
}
