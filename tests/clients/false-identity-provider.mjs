// An identity provider that lies when told: what `identity-provider.mjs` would never answer.
//
//   start   {certificate, key, account}   → {issuer}; logs that account in at once, without a page
//   lie     {lies}       what it does from now on; `{}` makes it honest again
//   rotate  {}           a new signing key under a new identifier; the old one is no longer published
//   advance {seconds}    moves this process's time
//   asked   {}           → how often each place was asked since the start
//
// Lies: `metadata`, `keys`, `auth`, `token`, `userinfo` replace that place's answer by {status, body, headers},
// or by the words "hang" (no answer ever) and "drop" (the connection is cut). `document` and `claims` change members
// of the metadata and of the ID token (null takes one away); `header` does so for the token's header; `signature`
// is "other" (a key nobody published), "none", "broken", "secret" or "public" (HS256 with the client's secret
// or the public key). `callback` changes what the browser brings back, `subject` whom the user info is about.

import './lines.mjs';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:https';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { serve } from './lines.mjs';

const SUBSTANTIAL = 'urn:facteur:demo:substantial';

const realNow = Date.now;
let offset = 0;
Date.now = () => realNow() + offset;
const seconds = () => Math.floor(Date.now() / 1000);

let lies = {};
let issuer;
let account;
let server;
let signing;
let other;
let keys = 0;
const codes = new Map();
const counts = {};

async function start({ certificate, key, account: whom }) {
  account = whom;
  other = await generateKeyPair('ES256');
  await rotate();
  server = createServer({ cert: certificate, key }, (request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  issuer = `https://identity.localhost:${server.address().port}`;
  return { issuer };
}

async function rotate() {
  keys += 1;
  const pair = await generateKeyPair('ES256', { extractable: true });
  const published = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', use: 'sig', kid: `key-${keys}` };
  signing = { ...pair, published, spki: await exportSPKI(pair.publicKey) };
}

/** One place each; a lie about the place outweighs what it would answer. */
async function answer(request, response) {
  const url = new URL(request.url, issuer);
  const places = {
    '/.well-known/openid-configuration': ['metadata', metadata],
    '/keys': ['keys', () => ({ keys: [signing.published] })],
    '/auth': ['auth', () => undefined],
    '/token': ['token', token],
    '/userinfo': ['userinfo', userinfo],
  };
  const [place, honest] = places[url.pathname] ?? ['nowhere', () => ({})];
  counts[place] = (counts[place] ?? 0) + 1;
  const body = await bodyOf(request);
  const lie = lies[place];
  if (lie === 'hang') return;
  if (lie === 'drop') return void response.destroy();
  if (lie) return void response.writeHead(lie.status ?? 200, { 'content-type': 'application/json', ...lie.headers }).end(lie.body);
  if (place === 'auth') return void response.writeHead(303, { location: back(url.searchParams) }).end();
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(await honest(new URLSearchParams(body))));
}

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** `told` with some members changed, and without those that are null. */
function changed(told, by = {}) {
  return Object.fromEntries(Object.entries({ ...told, ...by }).filter(([, value]) => value !== null));
}

function metadata() {
  return changed({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }, lies.document);
}

/** Where the browser goes with a code. */
function back(asked) {
  const code = crypto.randomUUID();
  codes.set(code, { nonce: asked.get('nonce'), client: asked.get('client_id') });
  const url = new URL(asked.get('redirect_uri'));
  const told = changed({ code, state: asked.get('state'), iss: issuer }, lies.callback);
  for (const [name, value] of Object.entries(told)) url.searchParams.append(name, value);
  return url.href;
}

async function token(form) {
  const { nonce, client } = codes.get(form.get('code')) ?? {};
  const claims = changed({
    iss: issuer, sub: account.sub, aud: client, nonce, acr: SUBSTANTIAL, ssin: account.ssin,
    given_name: account.givenName, family_name: account.familyName,
    iat: seconds(), auth_time: seconds(), exp: seconds() + 600,
  }, lies.claims);
  return { access_token: crypto.randomUUID(), token_type: 'Bearer', expires_in: 600, id_token: await signed(claims) };
}

async function signed(claims) {
  const header = changed({ alg: 'ES256', typ: 'JWT', kid: signing.published.kid }, lies.header);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hmac = (key) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };
  switch (lies.signature) {
    case 'none': return `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`;
    case 'secret': return hmac(lies.secret);
    case 'public': return hmac(signing.spki);
    default: {
      const key = lies.signature === 'other' ? other.privateKey : signing.privateKey;
      const whole = await new SignJWT(claims).setProtectedHeader(header).sign(key);
      return lies.signature === 'broken' ? whole.replace(/.....$/, 'AAAAA') : whole;
    }
  }
}

const userinfo = () => ({
  sub: lies.subject ?? account.sub, ssin: account.ssin, given_name: account.givenName, family_name: account.familyName,
});

await serve({
  start,
  lie: ({ lies: told }) => void (lies = told),
  rotate,
  advance: ({ seconds: by }) => void (offset += by * 1000),
  asked: () => counts,
}, async () => server?.closeAllConnections());
