// Checks security event tokens as a receiver would, with npm `jose` alone.
//
//   {"do": "verify", "keys": JWK set, "token": …, "issuer": …, "audience": …} → {"header", "claims"}

import { createLocalJWKSet, jwtVerify } from 'jose';
import { serve } from './lines.mjs';

await serve({
  async verify({ keys, token, issuer, audience }) {
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['ES256'],
      typ: 'secevent+jwt',
      issuer,
      audience,
      requiredClaims: ['iat', 'jti', 'txn', 'sub_id', 'events'],
    });
    return { header: protectedHeader, claims: payload };
  },
});
