import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { newSigningSecret } from '../../domain/webhooks/signing-secret.ts';
import { signatureHeaders } from './standard-webhooks.ts';

test('signs as the example of the specification is signed', () => {
  const at = 1_614_265_330_000;
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  assert.deepEqual(signatureHeaders({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body }, [secret]), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('is taken by the library of the scheme, by each secret that signs, and by no other', () => {
  const secrets = [newSigningSecret(), newSigningSecret()];
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (text, id) => {
      const body = JSON.stringify({ text });
      const headers = signatureHeaders({ id, at: Date.now(), body }, secrets);
      for (const secret of secrets) {
        assert.deepEqual(new Webhook(secret).verify(body, headers), { text });
      }
      const stranger = new Webhook(newSigningSecret());
      assert.throws(() => stranger.verify(body, headers), WebhookVerificationError);
      const changed = `${body} `;
      assert.throws(() => new Webhook(secrets[0]!).verify(changed, headers));
    }),
    { numRuns: 50 },
  );
});
