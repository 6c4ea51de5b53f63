// A citizen's browser: Debian's Chromium driven by `playwright-core`.
//
//   start   {}                                                 launches the browser
//   tab     {name, script?, width?, height?, scale?, language?} a fresh cookie jar with one page, made current
//   beside  {name}                                             one more page over the current tab's cookie jar
//   use     {name}      close {name}                           another tab; ends a tab
//   open    {url, status?}                                     → {status, url, title, redirects}
//   click   {role, name} or {selector}   fill {label, value}   check {label}   select {label, value}
//   press   {key, times?}   focused {}                         by keyboard alone; where the focus is
//   enter   {}                                                 presses Enter and waits for the page it leads to
//   download {role, name} or {selector}                        → {url, name, digest} of the file that a click gives
//   text    {selector?}   html {}   url {}   cookies {}   links {selector?}   headers {}
//   elsewhere {label, leaves}                                  sends the page's form without the page, as an app would, and
//                                                              gives the first address that is not `leaves`, unvisited
//   tree    {}                                                 the accessibility tree of the page, as text
//   cut     {}                                                 texts that stand outside the window or are cut off
//   visible {role, name}                                       whether such an element is shown
//   back {}   reload {}   wait {url}                           history; waits for a URL (glob)
//   resize  {width, height?}   scheme {scheme}                 the window; `light` or `dark`
//   shot    {path, width?}                                     a whole-page screenshot
//   axe     {}                                                 accessibility violations (WCAG 2.2 A and AA)
//   layout  {}                                                 {width, scroll}: does the page scroll sideways
//
// A script error, a console error (a refused CSP load is one) or a failed request on the page makes the
// command that caused it fail. `status` on `open`, or on the command that submits a form, names the status
// that is expected, and then the browser's own complaint about that status is no error.

import './lines.mjs';
import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { serve } from './lines.mjs';

// RFC 6761 6.3: Chromium resolves these names by itself, the system need not.
const { lookup } = dns.promises;
dns.promises.lookup = (name, ...rest) => lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest);

const tabs = new Map();
let browser;
let tab;

async function start() {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP *.localhost 127.0.0.1',
    ],
  });
  return { version: browser.version() };
}

async function open_tab({ name, script = true, width = 1280, height = 900, scale = 1, language = 'en' }) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, javaScriptEnabled: script, viewport: { width, height }, deviceScaleFactor: scale,
    locale: language,
  });
  context.setDefaultTimeout(30_000);
  await page_of(name, context);
}

/** Two tabs of one window: the same cookies, each with its own history. */
const beside = ({ name }) => page_of(name, tab.context);

async function page_of(name, context) {
  const page = await context.newPage();
  tab = { name, context, page, errors: [], last: null };
  tabs.set(name, tab);
  watch(tab);
}

/** Collects what the page complains of, and the last document answer. */
function watch(of) {
  of.page.on('pageerror', (error) => of.errors.push({ kind: 'script', text: String(error) }));
  of.page.on('console', (message) => {
    const { url } = message.location();
    // Chromium asks for this file by itself where a page names no icon
    if (message.type() !== 'error' || url.endsWith('/favicon.ico')) return;
    of.errors.push({ kind: 'console', text: message.text(), url });
  });
  of.page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // a download or a navigation that replaced another one is not a failure of the page
    if (why !== 'net::ERR_ABORTED') of.errors.push({ kind: 'request', text: why, url: request.url() });
  });
  of.page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === of.page.mainFrame()) of.last = response;
  });
}

async function close({ name }) {
  await tabs.get(name)?.context.close();
  tabs.delete(name);
}

function use({ name }) {
  if (!tabs.has(name)) throw new Error(`there is no tab ${name}`);
  tab = tabs.get(name);
}

/** Says where the page is after something happened to it. */
async function where() {
  await tab.page.waitForLoadState('load');
  const redirects = [];
  for (let r = tab.last?.request().redirectedFrom(); r; r = r.redirectedFrom()) redirects.unshift(r.url());
  return { status: tab.last?.status(), url: tab.page.url(), title: await tab.page.title(), redirects };
}

/** Runs `act` and fails if the page complained meanwhile. */
const watched = (act) => async ({ status, ...args }) => {
  tab.errors.length = 0;
  const value = await act(args);
  const expected = (error) => status !== undefined && tab.last?.status() === status && error.kind === 'console'
    && error.text.includes(`status of ${status}`);
  const errors = tab.errors.filter((error) => !expected(error));
  if (errors.length > 0) throw new Error(`the page complains: ${JSON.stringify(errors)}`);
  if (status !== undefined && tab.last?.status() !== status) throw new Error(`status ${tab.last?.status()}, not ${status}, at ${tab.page.url()}`);
  return value;
};

const found = ({ role, name, selector, label, exact = true }) => {
  if (role) return tab.page.getByRole(role, { name, exact });
  return label ? tab.page.getByLabel(label, { exact }) : tab.page.locator(selector);
};

async function open({ url }) {
  await tab.page.goto(url);
  return where();
}

async function click(target) {
  await found(target).click();
  return where();
}

async function press({ key, times = 1 }) {
  for (let n = 0; n < times; n += 1) await tab.page.keyboard.press(key);
  return where();
}

/** Enter on a link or a button; unlike a click it does not wait by itself for what it begins. */
async function enter() {
  await Promise.all([tab.page.waitForEvent('framenavigated'), tab.page.keyboard.press('Enter')]);
  return where();
}

async function download(target) {
  const [file] = await Promise.all([tab.page.waitForEvent('download'), found(target).click()]);
  const digest = createHash('sha256').update(await readFile(await file.path())).digest('base64url');
  return { url: file.url(), name: file.suggestedFilename(), digest };
}

async function resize({ width, height = 900 }) {
  await tab.page.setViewportSize({ width, height });
}

const focused = () => tab.page.evaluate(() => {
  const { tagName, id, name, innerText, value, type, href } = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return { tag: tagName.toLowerCase(), id, name, text: innerText?.trim(), value, type, href, outlineStyle, outlineWidth };
});

async function shot({ path, width }) {
  const before = tab.page.viewportSize();
  if (width) await tab.page.setViewportSize({ width, height: before.height });
  await tab.page.screenshot({ path, fullPage: true });
  if (width) await tab.page.setViewportSize(before);
}

async function axe() {
  // no page has frames: nothing needs to be gathered in a page of its own
  const { violations, passes } = await new AxeBuilder({ page: tab.page }).setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const short = ({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map((node) => node.html.slice(0, 300)) });
  return { violations: violations.map(short), passed: passes.length };
}

const layout = () => tab.page.evaluate(() => ({
  width: document.documentElement.clientWidth, scroll: document.documentElement.scrollWidth }));

const links = ({ selector = 'a[href]' }) =>
  tab.page.locator(selector).evaluateAll((all) => all.map((a) => ({ href: a.href, text: a.innerText.trim() })));

/**
 * What happens when an identity app takes over: the login is finished with the page's own cookies, and the address to
 * which it leads is handed to whichever browser the phone likes. The page itself stays where it is.
 */
async function elsewhere({ label, leaves }) {
  const form = await tab.page.evaluate((wanted) => {
    const radio = [...document.querySelectorAll('label')].find((l) => l.innerText.trim() === wanted).querySelector('input');
    const fields = Object.fromEntries([...new FormData(radio.form)]);
    return { action: radio.form.action, fields: { ...fields, [radio.name]: radio.value } };
  }, label);
  const once = { maxRedirects: 0, failOnStatusCode: false };
  let answer = await tab.context.request.post(form.action, { ...once, form: { ...form.fields, choice: 'login' } });
  for (let n = 0; n < 10; n += 1) {
    const next = new URL(answer.headers().location, answer.url()).href;
    if (!next.startsWith(leaves)) return next;
    answer = await tab.context.request.get(next, once);
  }
  throw new Error(`the login stays at ${leaves}`);
}

/** Texts that nobody can read: outside the window sideways, or cut off by a box that does not grow. */
const cut = () => tab.page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement;
    if (!node.data.trim() || box.closest('.unseen, .skip, details:not([open]) > :not(summary)')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const outside = [...range.getClientRects()].some(({ left, right }) => left < -1 || right > width + 1);
    let clipped = false;
    for (let at = box; at; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      clipped ||= (overflowX !== 'visible' && at.scrollWidth > at.clientWidth + 1)
        || (overflowY === 'hidden' && at.scrollHeight > at.clientHeight + 1);
    }
    if (outside || clipped) found.push(node.data.trim().slice(0, 80));
  }
  return found;
});

async function history(move) {
  await move();
  return where();
}

await serve({
  start,
  tab: open_tab,
  beside,
  use,
  close,
  open: watched(open),
  click: watched(click),
  fill: watched(({ value, ...target }) => found(target).fill(value)),
  check: watched((target) => found(target).check()),
  select: watched(({ value, ...target }) => found(target).selectOption(value)),
  press: watched(press),
  enter: watched(enter),
  download: watched(download),
  resize,
  scheme: ({ scheme }) => tab.page.emulateMedia({ colorScheme: scheme }),
  focused,
  text: ({ selector = 'body' }) => tab.page.locator(selector).innerText(),
  html: () => tab.page.content(),
  url: () => tab.page.url(),
  cookies: () => tab.context.cookies(),
  headers: () => tab.last?.headers(),
  links,
  elsewhere,
  tree: () => tab.page.locator('body').ariaSnapshot(),
  cut,
  visible: (target) => found(target).isVisible(),
  back: watched(() => history(() => tab.page.goBack())),
  reload: watched(() => history(() => tab.page.reload())),
  wait: watched(async ({ url }) => {
    await tab.page.waitForURL(url);
    return where();
  }),
  shot,
  axe,
  layout,
}, async () => browser?.close());
