// The consultation scenarios of the e-Box, played by a client that knows an API document and nothing else of a hub.
//
//   node consultation.mjs load SETTING                                      loads the sample into a hub, once
//   node consultation.mjs play SETTING [--as READER] [--document FILE] [--all]
//
// SETTING is a JSON file: where the hub is and with which certificate each party comes; its members are told in
// specs/message-registry/consultation/README.md. The document is the one that the hub serves, or FILE. Scenarios that can be
// played but once are played with --all. Every scenario is told in a line; the exit code is 1 if one was otherwise than expected.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Party } from './consultation/connection.mjs';
import { Document } from './consultation/document.mjs';
import { load } from './consultation/load.mjs';
import { missing, play } from './consultation/play.mjs';

const SAMPLE = join(dirname(fileURLToPath(import.meta.url)), '../../specs/message-registry/consultation');
const file = (name) => readFileSync(join(SAMPLE, name));

const { positionals: [command, path], values: options } = parseArgs({
  allowPositionals: true,
  options: { as: { type: 'string', default: 'software' }, document: { type: 'string' }, all: { type: 'boolean', default: false } },
});

const setting = JSON.parse(readFileSync(path));
const beside = (name) => resolve(dirname(path), name);
const text = (name) => readFileSync(beside(name), 'utf8');
const hub = { ...setting, authority: text(setting.authority) };
const parties = Object.fromEntries(Object.entries(setting.parties).map(([name, party]) => [
  name, new Party(hub, { ...party, certificate: text(party.certificate), key: text(party.key) })]));
const state = beside(setting.loaded ?? 'consultation-loaded.json');
const readers = Object.keys(parties).filter((name) => !['sender', 'service'].includes(name));

async function loads() {
  const document = new Document(await parties.sender.document());
  const sample = { ...JSON.parse(file('sample.json')), ...(setting.user && { user: setting.user }) };
  const loaded = await load(sample, { document, parties, readers, file });
  writeFileSync(state, JSON.stringify(loaded, null, 2), { mode: 0o600 });
  console.log(`loaded: ${Object.keys(sample.messages).length} messages, ${Object.keys(sample.partitions).length} partitions, for ${readers.join(' and ')}`);
}

async function plays() {
  const yaml = options.document ? readFileSync(options.document, 'utf8') : await parties[options.as].document();
  const document = new Document(yaml);
  const digest = (name) => [`sha256:${name}`, createHash('sha256').update(file(name)).digest('base64url')];
  const names = { ...JSON.parse(readFileSync(state))[options.as], ...Object.fromEntries(['document.pdf', 'annex.pdf'].map(digest)) };
  const tally = { played: 0, wrong: 0 };
  for (const scenario of JSON.parse(file('scenarios.json'))) {
    const why = scenario.onlyOnce && !options.all ? 'it can be played but once' : missing(scenario, document, names);
    if (why) {
      console.log(`scenario ${scenario.name}: left out, ${why}`);
      continue;
    }
    const complaint = await play(scenario, { document, parties, reader: options.as, names }).catch((error) => error.message);
    console.log(`scenario ${scenario.name}: ${complaint ? `WRONG, ${complaint}` : 'as expected'}`);
    tally.played += 1;
    tally.wrong += complaint ? 1 : 0;
  }
  console.log(`${tally.played} played as ${options.as}, ${tally.wrong} otherwise than expected`);
  process.exitCode = tally.wrong || !tally.played ? 1 : 0;
}

const commands = { load: loads, play: plays };
if (!commands[command] || !path) throw new Error('load or play, and a setting');
try {
  await commands[command]();
} finally {
  await Promise.all(Object.values(parties).map((party) => party.close()));
}
