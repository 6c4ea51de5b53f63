// Checks evidence of the hub without the hub: npm `jose` for signatures, Node's own SHA-256, and for time-stamps the
// command `openssl ts`.
//
//   node verify-evidence.mjs --keys KEYS [--opening FILE] [--time-stamps AUTHORITIES] FILE…
//
// One line of JSON for each file; exits with 1 if one is not proven, or the opening is not of each.
// Written from specs/evidence/*.schema.json alone. A file is a document in JSON, or a PDF that carries one.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, flattenedVerify, importX509 } from 'jose';

const MINUTE = 60;

/** SHA-256 of several byte strings, one after the other. */
function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The bytes of base64url in its one spelling. */
function decode(text) {
  const bytes = Buffer.from(text, 'base64url');
  check(typeof text === 'string' && bytes.toString('base64url') === text, `not base64url: ${text}`);
  return bytes;
}

function check(holds, why) {
  if (!holds) throw new Error(why);
}

/** JSON in UTF-8 with exactly these members; `optional` may be missing. */
function members(value, required, optional = []) {
  const names = Object.keys(value);
  check(required.every((name) => names.includes(name)), `a member is missing of ${required}`);
  check(names.every((name) => required.includes(name) || optional.includes(name)), `an unknown member in ${names}`);
  return value;
}

function json(bytes) {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** Verifies a JWS with the published key that it names, at a time at which that key was to sign. */
async function opened(jws, type, set) {
  const signed = members(jws, ['payload', 'protected', 'signature']);
  for (const part of Object.values(signed)) decode(part);
  const { payload, protectedHeader: header } = await flattenedVerify(signed, createLocalJWKSet(set), { algorithms: ['ES256'] });
  members(header, ['alg', 'cty', 'iat', 'kid', 'typ', 'x5c', 'x5t#S256']);
  check(header.typ === 'jose+json' && header.cty === type, `another type: ${header.typ} ${header.cty}`);

  const der = Buffer.from(header.x5c[0], 'base64');
  check(sha256(der).equals(decode(header['x5t#S256'])), 'the thumbprint is not of the certificate');
  const published = set.keys.find((key) => key['x5t#S256'] === header['x5t#S256']);
  check(published?.x5c[0] === header.x5c[0] && published.kid === header.kid, 'the key is not published');
  const certified = await exportJWK(await importX509(`-----BEGIN CERTIFICATE-----\n${header.x5c[0]}\n-----END CERTIFICATE-----`, 'ES256', { extractable: true }));
  check((await calculateJwkThumbprint(certified)) === (await calculateJwkThumbprint(published)), 'the certificate is of another key');
  check(published.nbf <= header.iat && header.iat <= published.exp, 'the key was not valid then');
  return { header, payload: json(payload) };
}

/** When the seal's signature was stamped, by `openssl ts`; without authorities nobody knows by whom. */
function stamped(signature, header, authorities) {
  const { etsiU, ...none } = members(header, ['etsiU']);
  check(Array.isArray(etsiU) && etsiU.length === 1 && Object.keys(none).length === 0, 'not one unsigned property');
  const { tstTokens } = members(members(etsiU[0], ['sigTst']).sigTst, ['tstTokens']);
  check(Array.isArray(tstTokens) && tstTokens.length === 1, 'not one time-stamp');
  const { val } = members(tstTokens[0], ['val']);
  const der = Buffer.from(val, 'base64');
  check(der.toString('base64') === val && der.length <= 16384, 'the time-stamp is not base64, or too large');
  // openssl does not mind what stands behind a token
  check(der[0] === 0x30 && der[1] === 0x82 && der.readUInt16BE(2) + 4 === der.length, 'the time-stamp is not one value of DER');

  const folder = mkdtempSync(join(tmpdir(), 'time-stamp-'));
  try {
    const token = join(folder, 'token.der');
    writeFileSync(token, der);
    const openssl = (...args) =>
      execFileSync('openssl', ['ts', ...args, '-in', token, '-token_in'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const text = openssl('-reply', '-text');
    check(/^Hash Algorithm: sha256$/m.test(text), 'not of a SHA-256');
    const at = Date.parse(/^Time stamp: (.*)$/m.exec(text)[1].replace(/(:\d\d)\.\d+/, '$1')) / 1000;
    check(Number.isFinite(at), 'no time');
    if (!authorities) return { at, confirmed: false };
    openssl('-verify', '-digest', sha256(signature).toString('hex'), '-CAfile', authorities, '-attime', String(at));
    return { at, confirmed: true };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The root of RFC 9162 2.1.3.2. */
function climb(leaf, index, size, path) {
  check(Number.isSafeInteger(index) && index >= 0 && index < size, 'the place is outside of the tree');
  let [fn, sn, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const step of path.map(decode)) {
    check(step.length === 32 && sn !== 0n, 'the path is too long');
    if (fn % 2n === 1n || fn === sn) {
      hash = sha256(Buffer.of(1), step, hash);
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    } else {
      hash = sha256(Buffer.of(1), hash, step);
    }
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  check(sn === 0n, 'the path is too short');
  return hash;
}

/** The attached document of a PDF, and the hash of everything around it. */
function apart(file) {
  const text = file.toString('latin1');
  const marks = [...text.matchAll(/\/EmbeddedFile(?![A-Za-z0-9])/g)];
  check(marks.length === 1, 'not exactly one attachment');
  const start = text.indexOf('stream\n', marks[0].index) + 'stream\n'.length;
  const end = text.indexOf('\nendstream', start);
  check(start >= 'stream\n'.length && end > start, 'the attachment has no end');
  return { inner: file.subarray(start, end), around: sha256(file.subarray(0, start), file.subarray(end)) };
}

/** The values of an opening, each of which the statement must hash. */
function revealed(opening, { consent, message }) {
  const { format, salt, ...values } = members(opening, ['format', 'salt'], ['number', 'screen', 'withheldSenders']);
  check(format === 'facteur-evidence-opening-1' && decode(salt).length === 32, 'another opening');
  const hashes = {
    number: consent?.holder ?? message?.recipient,
    screen: consent?.screen?.digest,
    withheldSenders: consent?.withheldSenders,
  };
  check(Object.keys(values).length > 0, 'the opening opens nothing');
  const texts = (all) => Array.isArray(all) && all.every((one) => typeof one === 'string');
  for (const [name, value] of Object.entries(values)) {
    check(name === 'withheldSenders' ? texts(value) : typeof value === 'string', `${name} is of another kind`);
    const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    check(sha256(decode(salt), bytes).toString('base64url') === hashes[name], `${name} is not what was hashed`);
  }
  return values;
}

async function verify(file, { set, opening, authorities }) {
  const isPdf = file.subarray(0, 5).equals(Buffer.from('%PDF-'));
  const { inner, around } = isPdf ? apart(file) : { inner: file };
  const document = members(json(inner), ['format', 'proof', 'seal', 'statement'], ['rendering']);
  check(document.format === 'facteur-evidence-1', 'another format');
  check(!isPdf || document.rendering, 'the pages are not signed');

  const bytes = decode(document.statement);
  const statement = json(bytes);
  check(statement.format === 'facteur-evidence-1' && statement.facts.length > 0, 'another statement');
  const leaf = sha256(Buffer.of(0), bytes);
  const { header: unprotected, ...jws } = document.seal;
  const seal = await opened(jws, 'facteur-evidence-seal+json', set);
  const root = members(seal.payload, ['environment', 'format', 'issuer', 'root', 'size']);
  const { index, path } = members(document.proof, ['index', 'path']);
  check(root.format === 'facteur-evidence-seal-1', 'another seal');
  check(climb(leaf, index, root.size, path).equals(decode(root.root)), 'the statement is not under the seal');
  check(root.issuer === statement.issuer && root.environment === statement.environment, 'another hub');
  for (const { at } of statement.facts) check(Date.parse(at) / 1000 <= seal.header.iat + MINUTE, 'later than its seal');

  const stamp = unprotected === undefined ? null : stamped(jws.signature, unprotected, authorities);
  if (stamp) {
    check(seal.header.iat <= stamp.at + MINUTE, 'sealed after its time-stamp');
    for (const { at } of statement.facts) check(Date.parse(at) / 1000 <= stamp.at + MINUTE, 'later than its time-stamp');
  }

  if (document.rendering) {
    const { payload } = await opened(document.rendering, 'facteur-evidence-rendering+json', set);
    const pages = members(payload, ['around', 'format', 'leaf']);
    check(pages.format === 'facteur-evidence-rendering-1' && decode(pages.leaf).equals(leaf), 'pages of another document');
    check(!around || decode(pages.around).equals(around), 'the pages were changed');
  }
  const facts = statement.facts.map(({ kind }) => kind);
  return { proven: true, kid: seal.header.kid, facts, stamp, statement, opened: opening && revealed(opening, statement) };
}

const { values: options, positionals: files } = parseArgs({
  options: { keys: { type: 'string' }, opening: { type: 'string' }, 'time-stamps': { type: 'string' } },
  allowPositionals: true,
});
if (!options.keys || files.length === 0) {
  console.error('usage: node verify-evidence.mjs --keys KEYS [--opening FILE] [--time-stamps AUTHORITIES] FILE…');
  process.exit(2);
}
const set = JSON.parse(readFileSync(options.keys, 'utf8'));
const opening = options.opening && JSON.parse(readFileSync(options.opening, 'utf8'));
for (const name of files) {
  let said;
  try {
    said = await verify(readFileSync(name), { set, opening, authorities: options['time-stamps'] });
  } catch (error) {
    said = { proven: false, why: error.message };
    process.exitCode = 1;
  }
  console.log(JSON.stringify(said));
}
