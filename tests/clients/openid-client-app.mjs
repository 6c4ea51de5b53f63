// An app whose consents are obtained by npm `openid-client`, for the conformance suite's provider plan.
//
//   node openid-client-app.mjs --folder FOLDER --issuer URL --resource URL --client-id ID --redirect-uri URL --hook URL
//
// FOLDER is what `facteur-conformance init` made. The app has a page that begins a consent, a redirect URI, and a test hook
// (specs/conformance/test-hook.md) that knows flows and nothing else: it reads no letters. It serves until it is killed.
//
// Discovery, pushed requests, PKCE, the answer in the browser and the code are the library's; sessions of browsers, how long
// a hub wants to be left alone, and what was granted are the app's.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createFront } from 'node:https';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as client from 'openid-client';
import { Wire } from './app/wire.mjs';
import { Refused, granted, refusal } from './app/refusal.mjs';

const { values: told } = parseArgs({
  options: Object.fromEntries(
    ['folder', 'issuer', 'resource', 'client-id', 'redirect-uri', 'hook'].map((name) => [name, { type: 'string' }])),
});
const file = (name) => readFileSync(join(told.folder, name), 'utf8');
const secret = file('hook.secret').trim();
const home = new URL(told['redirect-uri']);
const papers = { ca: file('ca.pem'), cert: file('app.pem'), key: file('app.key') };

let app;

/** Forgets everything, and calls over new connections. */
async function reset() {
  const before = app;
  app = { wire: new Wire(papers), flows: new Map(), sessions: new Map(), connections: new Map(), pause: 0 };
  await before?.wire.close();
}

/** The client as the metadata describe it now: nothing of them is kept between flows. */
async function configured() {
  const options = { algorithm: 'oauth2', [client.customFetch]: app.wire.fetch };
  const config = await client.discovery(
    new URL(told.issuer), told['client-id'], { use_mtls_endpoint_aliases: true }, client.TlsClientAuth(), options);
  config[client.customFetch] = app.wire.fetch;
  const said = config.serverMetadata();
  const aliases = said.mtls_endpoint_aliases ?? {};
  const endpoints = Object.entries({ ...said, ...aliases }).filter(([name]) => name.endsWith('_endpoint'));
  if (endpoints.some(([, url]) => !String(url).startsWith('https:'))) throw new Refused('metadataInsecure');
  return config;
}

/** Begins a consent in a browser session of its own. */
async function begin({ customer, actions, mailboxKind }) {
  const flow = { flowId: randomUUID(), customer, actions, mailboxKind, state: 'redirected', answers: [], session: randomUUID() };
  app.flows.set(flow.flowId, flow);
  app.sessions.set(flow.session, flow);
  try {
    const wait = Math.ceil((app.pause - Date.now()) / 1000);
    if (wait > 0) throw new Refused('slowDown', wait);
    flow.config = await configured();
    flow.verifier = client.randomPKCECodeVerifier();
    flow.expected = client.randomState();
    const details = [{ type: 'mailbox', locations: [told.resource], actions, mailboxKind, duration: 'P12M' }];
    const url = await client.buildAuthorizationUrlWithPAR(flow.config, {
      redirect_uri: home.href,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      state: flow.expected,
      authorization_details: JSON.stringify(details),
    });
    if (!(app.wire.last.document?.expires_in > 0)) throw new Refused('pushAnswer');
    flow.authorizeUrl = url.href;
  } catch (error) {
    refuse(flow, refusal(error, app.wire.last, 'pushing'));
  }
  return flow;
}

function refuse(flow, { code, seconds, detail }) {
  if (seconds) app.pause = Math.max(app.pause, Date.now() + seconds * 1000);
  Object.assign(flow, { state: 'refused', refusal: code, retryAfterSeconds: seconds, detail });
}

/** The browser brings an answer: the status and text of the page that it is shown. */
async function answered(url, session) {
  const flow = app.sessions.get(session);
  if (!flow || flow.state !== 'redirected') {
    const meant = flow ?? [...app.flows.values()].find((other) => other.expected === url.searchParams.get('state'));
    meant?.answers.push({ outcome: 'refused', refusal: 'noSession' });
    return [400, 'This answer belongs to no consent that was begun in this browser.'];
  }
  // whatever the answer is, the flow waits for no other
  flow.state = 'refused';
  app.wire.last = {};
  try {
    const tokens = await client.authorizationCodeGrant(flow.config, url, {
      pkceCodeVerifier: flow.verifier, expectedState: flow.expected });
    const connection = granted(tokens, flow, app.wire.last);
    app.connections.set(connection.connectionId, connection);
    Object.assign(flow, { state: 'connected', connectionId: connection.connectionId, granted: connection.granted });
    flow.answers.push({ outcome: 'connected' });
    return [303, 'Connected.'];
  } catch (error) {
    const why = refusal(error, app.wire.last, 'answer');
    refuse(flow, why);
    flow.answers.push({ outcome: 'refused', refusal: why.code });
    return why.code === 'accessDenied' ? [200, 'You said no. Nothing was connected.'] : [400, 'This could not be connected.'];
  }
}

/** The pages: one with a button, the one behind it, and the redirect URI. */
async function front(request, response) {
  const url = new URL(request.url, home.origin);
  const shows = (status, text, headers = {}) => response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...headers,
  }).end(`<!doctype html><html lang="en"><title>App</title><p>${text}</p>`);
  if (url.pathname === home.pathname && request.method === 'GET') {
    const session = /(?:^|;\s*)__Host-flow=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const [status, text] = await answered(url, session);
    return shows(status, text, status === 303 ? { location: '/' } : {});
  }
  if (url.pathname === '/connect' && request.method === 'POST') {
    const own = (request.headers.origin ?? home.origin) === home.origin;
    if (!own || !['same-origin', undefined].includes(request.headers['sec-fetch-site'])) return shows(403, 'Begin on our own page.');
    const flow = await begin({ customer: 'one', actions: ['list', 'readContent', 'markRead'], mailboxKind: 'citizen' });
    if (flow.state === 'refused') return shows(502, 'The hub cannot be asked now.');
    const cookie = `__Host-flow=${flow.session}; Path=/; Secure; HttpOnly; SameSite=Lax`;
    return shows(303, 'On to the hub.', { location: flow.authorizeUrl, 'set-cookie': cookie });
  }
  if (url.pathname === '/' && request.method === 'GET') return shows(200, '<form method="post" action="/connect"><button>Connect</button></form>');
  return shows(404, 'There is no such page.');
}

/** The hook: what it is asked, and what it does. */
async function hooked(method, path, body) {
  const [, kind, id, deed] = path.split('/');
  const known = { flows: app.flows, connections: app.connections }[kind]?.get(id);
  if (method === 'GET' && path === '/') {
    const start = { method: 'POST', url: new URL('/connect', home).href };
    return [200, { hook: '1.0', app: { name: 'openid-client', version: '6' }, operations: ['flows'], front: { start } }];
  }
  if (method === 'POST' && path === '/reset') return reset().then(() => [204]);
  if (method === 'POST' && path === '/flows') {
    const flow = await begin(body);
    return [201, { ...shown(flow), authorizeUrl: flow.authorizeUrl, cookies: [`__Host-flow=${flow.session}`] }];
  }
  if (known && method === 'GET' && !deed) return [200, kind === 'flows' ? shown(known) : known];
  return known || !['flows', 'connections'].includes(kind) ? [501, { error: 'this app does not do that' }] : [404, { error: 'not known' }];
}

function shown({ flowId, state, refusal: code, retryAfterSeconds, detail, connectionId, granted: given, answers }) {
  return { flowId, state, refusal: state === 'refused' ? code : undefined, retryAfterSeconds, detail, connectionId, granted: given, answers };
}

async function hook(request, response) {
  const says = (status, document) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(document && JSON.stringify(document));
  };
  if (request.headers.authorization !== `Bearer ${secret}`) return says(401, { error: 'the secret is wrong' });
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  let body;
  try {
    body = text && JSON.parse(text);
  } catch {
    return says(400, { error: 'the body cannot be read' });
  }
  return says(...await hooked(request.method, new URL(request.url, told.hook).pathname, body));
}

const failing = (serve) => (request, response) => serve(request, response).catch((error) => {
  console.error(error);
  response.writeHead(500).end();
});

await reset();
createFront({ cert: file('front.pem'), key: file('front.key') }, failing(front)).listen(Number(home.port), 'localhost');
createServer(failing(hook)).listen(Number(new URL(told.hook).port), '127.0.0.1');
