// A test citizen as the conformance suite's hub plan wants one: a program that follows an address and prints where it ends.
//
//   node citizen.mjs --ca FILE --as NAME --home PREFIX [--refuse] ADDRESS
//
// It logs in at the tests' identity provider as that person, agrees or refuses, and prints the first address that begins
// with PREFIX or leads away from this machine, without opening it. Where no page leads on it prints nothing. It runs no script: links, forms, cookies.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Agent, fetch } from 'undici';

const { values: told, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ca: { type: 'string' },
    as: { type: 'string' },
    home: { type: 'string' },
    refuse: { type: 'boolean', default: false },
  },
});

/** `*.localhost` is this machine, whatever its resolver says. */
function lookup(hostname, options, done) {
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) return done(new Error(`unknown host ${hostname}`));
  return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
}

const dispatcher = new Agent({ connect: { ca: readFileSync(told.ca), lookup } });
const cookies = new Map();

/** Cookies by origin and name: none of the tests' servers sets one for another path or host. */
function jar(url) {
  if (!cookies.has(url.origin)) cookies.set(url.origin, new Map());
  return cookies.get(url.origin);
}

function keep(url, headers) {
  for (const line of headers.getSetCookie()) {
    const [pair, ...attributes] = line.split(';');
    const at = pair.indexOf('=');
    const over = attributes.some((text) => /^\s*max-age=0$/i.test(text)) || pair.slice(at + 1) === '';
    if (over) jar(url).delete(pair.slice(0, at));
    else jar(url).set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** Follows redirects from a request to a page, or to the way home. */
async function follow(address, form, from) {
  let [url, body, origin] = [new URL(address), form, from];
  for (let step = 0; step < 20; step += 1) {
    const headers = { accept: 'text/html', cookie: [...jar(url)].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (body) Object.assign(headers, { origin, 'sec-fetch-site': 'same-origin' });
    const answer = await fetch(url, { method: body ? 'POST' : 'GET', headers, body, redirect: 'manual', dispatcher });
    keep(url, answer.headers);
    const location = answer.headers.get('location');
    const html = await answer.text();
    if (!location) return { url, html, status: answer.status };
    url = new URL(location, url);
    // whatever leads away from this machine is told too: the way back is not where it should be
    const away = url.hostname !== 'localhost' && !url.hostname.endsWith('.localhost');
    if (away || url.href.startsWith(told.home)) return { home: url.href };
    body = undefined;
  }
  throw new Error('the browser is sent in circles');
}

function unescaped(text) {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Attributes of a start tag. */
function attributes(tag) {
  return Object.fromEntries([...tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, unescaped(value ?? '')]));
}

/** Hidden and checked fields of the form whose action begins so; undefined if the page has none. */
function form(html, action) {
  const forms = [...html.matchAll(/<form\s([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => ({ ...attributes(head), body }));
  const found = forms.find((one) => one.action.startsWith(action));
  if (!found) return undefined;
  const inside = [...found.body.matchAll(/<input\s([^>]*)>/g)];
  const beside = [...html.matchAll(/<input\s([^>]*)>/g)].filter(([, tag]) => found.id && attributes(tag).form === found.id);
  const fields = new URLSearchParams();
  for (const [, tag] of [...inside, ...beside]) {
    const { name, value, type, checked, form: owner } = attributes(tag);
    const elsewhere = owner !== undefined && owner !== found.id;
    if (name && !elsewhere && (!['checkbox', 'radio'].includes(type) || checked !== undefined)) fields.append(name, value ?? '');
  }
  return { action: found.action, fields };
}

/** What this citizen does on a page: the form and what is filled in; undefined where nothing is to be done. */
function answer(html) {
  const login = form(html, '/login/');
  if (login) return { ...login, filled: { citizen: told.as, level: 'urn:facteur:demo:substantial', choice: 'login' } };
  const consent = form(html, '/authorize/consent');
  if (consent) return { ...consent, filled: { decision: told.refuse ? 'refuse' : 'agree' } };
  const landing = form(html, '/authorize');
  return landing && { ...landing, filled: {} };
}

let page = await follow(positionals.at(-1));
for (let step = 0; page.html !== undefined && step < 10; step += 1) {
  const act = answer(page.html);
  if (!act) break;
  for (const [name, value] of Object.entries(act.filled)) act.fields.set(name, value);
  page = await follow(new URL(act.action, page.url).href, act.fields, page.url.origin);
}
if (page.home) console.log(page.home);
else console.error(`stayed at ${page.url.origin}${page.url.pathname}, ${page.status}`);
await dispatcher.close();
