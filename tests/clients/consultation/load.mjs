// Loads the sample into a hub: partitions and rules by its webhook, every message by publishing it, rights last.

import { at, resolved } from './expectations.mjs';

/** Loads everything; gives for each reader what the names of the sample stand for. */
export async function load(sample, { document, parties, readers, file }) {
  const ask = asking(document);
  const { eboxIdValue: enterpriseNumber } = sample.recipient;
  const tell = async (type, data) => {
    const id = `consultation-${type}-${data.partitionId ?? 'all'}-${Date.now()}`;
    const event = { specversion: '1.0', id, source: '/consultation', type: `be.eboxenterprise.v1.${type}`, time: '$now', data: { enterpriseNumber, ...data } };
    await ask(parties.service, 'notifyEvent', { body: resolved(event, {}) }, 204);
  };

  for (const { partitionId, partitionName } of Object.values(sample.partitions)) await tell('partition.created', { partitionId, partitionName });
  await tell('routingRule.created', { orderedRoutingRules: sample.orderedRoutingRules });
  for (const [name, { message, files = {} }] of Object.entries(sample.messages)) {
    const form = { values: { 'Idempotency-Key': `"consultation ${name}"` }, body: { messageToPublish: { recipient: sample.recipient, ...message } } };
    form.files = Object.fromEntries(Object.entries(files).map(([part, path]) => [part, { name: path, type: 'application/pdf', bytes: file(path) }]));
    const { code } = await ask(parties.sender, 'postMessage', form, 201);
    if (code) throw new Error(`${name} was not delivered: ${code}`);
  }

  const loaded = {};
  for (const reader of readers) loaded[reader] = await named(sample, parties[reader], ask);
  for (const hidden of sample.notSeenByTheUser) {
    await tell('partitionUserRight.removed', { partitionId: sample.partitions[hidden].partitionId, ssin: sample.user });
  }
  return loaded;
}

/** What the names of the sample stand for, for a reader who still sees everything. */
async function named(sample, reader, ask) {
  const names = {};
  const items = [];
  for (let page = 1, total = 1; items.length < total; page += 1) {
    const list = await ask(reader, 'getMessagesByEBoxId', { values: { page, pageSize: 100 } }, 200);
    total = list.items.length ? list.totalItems : 0;
    items.push(...list.items);
  }
  for (const [name, { message }] of Object.entries(sample.messages)) {
    names[name] = items.find((item) => item.subject.nl === message.subject.nl)?.messageId;
    if (!names[name]) throw new Error(`${name} is not in the mailbox`);
  }
  for (const [name, { shownBy }] of Object.entries(sample.partitions)) {
    names[name] = at(items.find((item) => item.messageId === names[shownBy]), 'partitionId');
    if (!names[name]) throw new Error(`${shownBy} is in no partition`);
  }
  for (const [name, { answers, message }] of Object.entries(sample.sent)) {
    const body = { messageToPublish: { ...message, originalMessageId: names[answers] } };
    names[name] = (await ask(reader, 'postMessage', { body }, 201)).messageId;
  }
  return names;
}

/** Asks, and takes nothing but an answer of this status that is as the document says. */
const asking = (document) => async (party, name, asked, wanted) => {
  const answer = await party.send(document.request(name, asked));
  if (answer.status === 409) throw new Error(`${name}: this hub has the sample already: ${answer.bytes}`);
  if (answer.status !== wanted) throw new Error(`${name}: ${answer.status} ${answer.bytes}`);
  return document.answer(name, answer);
};
