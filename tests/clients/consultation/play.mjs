// Plays scenarios: each step is an operation of the API document by its name, with what is expected of the answer.

import { createHash } from 'node:crypto';
import { NotInDocument } from './document.mjs';
import { at, resolved, wrong } from './expectations.mjs';

/** Plays one scenario; gives what was wrong in it, or throws NotInDocument if the document does not know all that it takes. */
export async function play(scenario, { document, parties, reader, names }) {
  const known = { ...names };
  for (const [n, step] of scenario.steps.entries()) {
    const party = parties[step.as ?? reader];
    for (const each of step.forEach ? new Set(resolved(step.forEach, known)) : [undefined]) {
      const complaints = await take(step, { document, party, names: each === undefined ? known : { ...known, each } }, known);
      if (complaints.length) return `step ${n + 1}, ${step.call}: ${complaints.join('; ')}`;
    }
  }
  return undefined;
}

async function take(step, { document, party, names }, known) {
  const { status: wanted, ...expected } = step.expect;
  const asked = { values: resolved(step.with, names), body: resolved(step.body, names), malformed: step.malformed };
  const answer = await party.send(document.request(step.call, asked), step.token);
  if (answer.status !== wanted) return [`status ${answer.status}, expected ${wanted}: ${answer.bytes.toString().slice(0, 300)}`];
  const said = told(document.answer(step.call, answer), answer);
  for (const [name, place] of Object.entries(step.keep ?? {})) known[name] = at(said, place);
  return wrong(said, expected, names);
}

/** What scenarios may look at: the JSON, the headers, the digest of a content. */
function told(value, { headers }) {
  if (!Buffer.isBuffer(value)) return { ...value, header: headers };
  return { header: headers, content: { size: value.length, sha256: createHash('sha256').update(value).digest('base64url') } };
}

/** Which scenarios a document knows is found by asking it, before anything is sent. */
export function missing(scenario, document, names) {
  for (const step of scenario.steps) {
    // a name that only an earlier answer gives stands for some text here
    const some = new Proxy(names, { get: (of, name) => of[name] ?? 'some', has: () => true, getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }) });
    try {
      document.request(step.call, { values: resolved(step.with, some), body: resolved(step.body, some), malformed: true });
    } catch (error) {
      if (error instanceof NotInDocument) return error.message;
      throw error;
    }
  }
  return undefined;
}
