// A provider's OAuth client over mutual TLS: npm `openid-client`, a certified FAPI 2.0 client, on `undici`.
//
//   identity  {name, certificate, key}     a client certificate to come in with; "none" is always there
//   trust     {ca}                        the server certificates to believe, for fetch without discover
//   discover  {issuer, clientId, ca, as, signing?}   reads the metadata and remembers the client; signing {key, alg, kid}
//             makes it one that signs assertions for the token endpoint
//   par       {parameters}                 pushes the request → {url, verifier, state}
//   callback  {url, verifier, state}       checks the answer (iss, state), redeems the code → tokens
//   refresh   {token, parameters?}   clientCredentials {parameters}   introspect {token}   revoke {token}
//   fetch     {url, method?, token?, headers?, body?, form?, as?}     → {status, headers, body, base64}
//
// `as` on any command names the certificate to use instead: that is how a test plays the thief. A body is
// text; answers carry text in `body` and the exact bytes in `base64`. Certificates and keys are PEM text.

import './lines.mjs';
import { importPKCS8 } from 'jose';
import * as client from 'openid-client';
import { Agent, fetch as undiciFetch } from 'undici';
import { serve } from './lines.mjs';

const identities = new Map([['none', {}]]);
const agents = new Map();
let ca;
let config;
let main = 'none';
let acting = 'none';

/** `*.localhost` is this machine, whatever its resolver says. */
function lookup(hostname, options, done) {
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) return done(new Error(`unknown host ${hostname}`));
  return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
}

/** One connection pool per certificate. */
function agent(name) {
  if (!identities.has(name)) throw new Error(`there is no identity ${name}`);
  if (!agents.has(name)) {
    const { certificate: cert, key } = identities.get(name);
    agents.set(name, new Agent({ connect: { ca, cert, key, lookup } }));
  }
  return agents.get(name);
}

const over = (url, options) => undiciFetch(url, { ...options, dispatcher: agent(acting) });

/** Carries `command` out with the certificate the request names. */
const acted = (command) => async ({ as = main, ...args }) => {
  acting = as;
  return command(args);
};

async function identity({ name, certificate, key }) {
  identities.set(name, { certificate, key });
  await agents.get(name)?.close();
  agents.delete(name);
}

async function discover({ issuer, clientId, ca: roots, as, signing }) {
  ca = roots ?? ca;
  main = as ?? main;
  acting = main;
  const options = { algorithm: 'oauth2', [client.customFetch]: over };
  config = await client.discovery(
    new URL(issuer), clientId, { use_mtls_endpoint_aliases: true }, await authentication(signing), options);
  config[client.customFetch] = over;
  return config.serverMetadata();
}

/** By the certificate alone, or by assertions whose audience is the token endpoint, as the e-Box has them. */
async function authentication(signing) {
  if (!signing) return client.TlsClientAuth();
  const key = await importPKCS8(signing.key, signing.alg);
  return client.PrivateKeyJwt({ key, kid: signing.kid }, {
    [client.modifyAssertion]: (_header, payload) => {
      payload.aud = config.serverMetadata().token_endpoint;
    },
  });
}

async function par({ parameters }) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = await client.buildAuthorizationUrlWithPAR(config, {
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters,
  });
  return { url: url.href, verifier, state };
}

const callback = ({ url, verifier, state }) =>
  client.authorizationCodeGrant(config, new URL(url), { pkceCodeVerifier: verifier, expectedState: state });

const refresh = ({ token, parameters }) => client.refreshTokenGrant(config, token, parameters);
const clientCredentials = ({ parameters }) => client.clientCredentialsGrant(config, parameters);
const introspect = ({ token }) => client.tokenIntrospection(config, token);
const revoke = ({ token }) => client.tokenRevocation(config, token);

/** Any request at all, right or wrong. */
async function request({ url, method, token, headers = {}, body, form, base64 }) {
  const sent = form ? new URLSearchParams(form) : base64 ? Buffer.from(base64, 'base64') : body;
  const all = token ? { authorization: `Bearer ${token}`, ...headers } : headers;
  const answer = await over(url, { method: method ?? (sent === undefined ? 'GET' : 'POST'), headers: all, body: sent, redirect: 'manual' });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes.toString(), base64: bytes.toString('base64') };
}

async function trust({ ca: roots }) {
  ca = roots;
  await cleanUp();
}

async function cleanUp() {
  await Promise.all([...agents.values()].map((each) => each.destroy()));
  agents.clear();
}

await serve({
  trust,
  identity,
  discover,
  par: acted(par),
  callback: acted(callback),
  refresh: acted(refresh),
  clientCredentials: acted(clientCredentials),
  introspect: acted(introspect),
  revoke: acted(revoke),
  fetch: acted(request),
}, cleanUp);
