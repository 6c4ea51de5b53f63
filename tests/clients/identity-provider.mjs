// The citizens' identity provider of the tests: npm `oidc-provider`, a certified OpenID provider.
//
//   start    {certificate, key, host?, accounts, algorithm?}   → {issuer}
//   register {client}       one relying party, as RFC 7591 client metadata with client_id and client_secret
//   advance  {seconds}      moves this process's time, so that it agrees with a test's manual clock
//
// An account is {sub, ssin, givenName, familyName}. The login page is one plain form: the test citizen
// and the level of assurance. Consent at the identity provider is not asked: the hub is its own client.

import './lines.mjs';
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { serve } from './lines.mjs';

const SUBSTANTIAL = 'urn:facteur:demo:substantial';
const LOW = 'urn:facteur:demo:low';

const realNow = Date.now;
let offset = 0;
Date.now = () => realNow() + offset;

const CLOCK_TOLERANCE = 5;
const remembered = createMemoryAdapter(CLOCK_TOLERANCE);

// Relying parties stay: the library's memory keeps a thousand records, and a hub that rested while others logged in would be forgotten.
const parties = new Map();
const registry = { find: async (id) => parties.get(id) };

let accounts = new Map();
let provider;
let server;
let algorithm;

/** Starts listening on a free loopback port and says which issuer that makes. */
async function start({ certificate, key, host = 'identity.localhost', accounts: list, algorithm: alg = 'ES256' }) {
  algorithm = alg;
  accounts = new Map(list.map((account) => [account.sub, account]));
  server = createServer({ cert: certificate, key });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `https://${host}:${server.address().port}`;

  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig', kid: 'test' };
  provider = new Provider(issuer, configuration(signing));
  provider.on('server_error', (_, error) => console.error(error));
  provider.use(loginPage);
  server.on('request', provider.callback());
  return { issuer };
}

function configuration(signing) {
  return {
    adapter: (model) => (model === 'Client' ? registry : remembered(model)),
    jwks: { keys: [signing] },
    claims: { openid: ['sub', 'ssin', 'given_name', 'family_name'], acr: null, auth_time: null, iss: null, sid: null },
    conformIdTokenClaims: false,
    acrValues: [SUBSTANTIAL, LOW],
    scopes: ['openid', 'profile'],
    enabledJWA: { idTokenSigningAlgValues: [signing.alg] },
    cookies: { keys: [crypto.randomUUID()] },
    findAccount: (_, sub) => account(sub),
    loadExistingGrant: grantEverything,
    interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage },
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 3600, Session: 3600 },
    clockTolerance: CLOCK_TOLERANCE,
  };
}

function account(sub) {
  const known = accounts.get(sub);
  if (!known) return undefined;
  return {
    accountId: sub,
    claims: async () => ({ sub, ssin: known.ssin, given_name: known.givenName, family_name: known.familyName }),
  };
}

/** Answers the consent prompt in advance: the relying party gets every claim it may ask for. */
async function grantEverything(ctx) {
  const { client, session } = ctx.oidc;
  const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

/** GET shows who can log in; POST logs that citizen in at the chosen level, or cancels. */
async function loginPage(ctx, next) {
  if (!ctx.path.startsWith('/login/')) return next();
  if (ctx.method === 'GET') {
    const { uid } = await provider.interactionDetails(ctx.req, ctx.res);
    ctx.type = 'html';
    ctx.body = page(uid);
    return undefined;
  }
  const form = new URLSearchParams(await bodyOf(ctx.req));
  const result = form.get('choice') === 'cancel'
    ? { error: 'access_denied', error_description: 'the citizen cancelled' }
    : { login: { accountId: form.get('citizen'), acr: form.get('level'), amr: ['pwd'], remember: true } };
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  return undefined;
}

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function page(uid) {
  const citizens = [...accounts.values()].map(({ sub, givenName, familyName }, n) => `
    <p><label><input type="radio" name="citizen" value="${escaped(sub)}" required${n === 0 ? ' checked' : ''}>
    ${escaped(givenName)} ${escaped(familyName)}</label></p>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test identity provider</title>
  <meta name="viewport" content="width=device-width"><main><h1>Log in as a test citizen</h1>
  <form method="post" action="/login/${uid}">${citizens.join('')}
    <p><label>Level <select name="level"><option value="${SUBSTANTIAL}">substantial</option>
    <option value="${LOW}">low</option></select></label></p>
    <p><button name="choice" value="login">Log in</button>
    <button name="choice" value="cancel" formnovalidate>Cancel</button></p></form></main></html>`;
}

/** The page before the session here ends too; its form comes from the library. */
function logoutPage(ctx, form) {
  ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log out</title>
  <main><h1>Log out at the test identity provider?</h1>${form}
  <button type="submit" form="op.logoutForm" value="yes" name="logout">Log out</button></main></html>`;
}

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Makes a relying party known, or replaces what was known about it. */
async function register({ client }) {
  parties.set(client.client_id, {
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: algorithm,
    require_auth_time: true,
    default_acr_values: [SUBSTANTIAL],
    ...client,
  });
}

/** Moves time forward in this process only. */
function advance({ seconds }) {
  offset += seconds * 1000;
}

await serve({ start, register, advance }, async () => server?.closeAllConnections());
