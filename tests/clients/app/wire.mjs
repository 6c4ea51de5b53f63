// The connections of an app: mutual TLS, answers of at most a mebibyte, an end in time, and what the last answer was.

import { randomUUID } from 'node:crypto';
import { Agent, fetch as undiciFetch } from 'undici';

/** The largest answer that is read. */
const LARGEST = 1 << 20;
/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;

/** An answer was broken off because it did not end. */
export class TooLarge extends Error {}

/** `*.localhost` is this machine, whatever its resolver says. */
function lookup(hostname, options, done) {
  const address = { address: '127.0.0.1', family: 4 };
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) return done(new Error(`unknown host ${hostname}`));
  return options.all ? done(null, [address]) : done(null, address.address, address.family);
}

export class Wire {
  #agent;

  /** What the last answer was: of which endpoint, its status and media type, the time that it asks for, its document. */
  last = {};

  constructor(papers) {
    this.#agent = new Agent({ allowH2: true, connect: { ...papers, lookup } });
  }

  /** For `openid-client`: `fetch` over these connections. */
  fetch = async (url, options) => {
    this.last = {};
    const headers = { ...Object.fromEntries(new Headers(options.headers)), 'belgov-trace-id': randomUUID() };
    const answer = await undiciFetch(url, {
      ...options, headers, redirect: 'manual', dispatcher: this.#agent, signal: AbortSignal.timeout(PATIENCE) });
    const body = await bounded(answer);
    const asked = options.method === 'POST' ? new URLSearchParams(String(options.body)).get('grant_type') && 'token' : undefined;
    this.last = {
      asked,
      status: answer.status,
      type: answer.headers.get('content-type')?.split(';')[0].trim().toLowerCase(),
      wait: Number(answer.headers.get('retry-after')) || undefined,
      document: document(body),
    };
    const empty = [204, 304].includes(answer.status);
    return new Response(empty ? null : body, { status: answer.status, headers: answer.headers });
  };

  async close() {
    await this.#agent.destroy();
  }
}

async function bounded(answer) {
  const parts = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    // leaving the loop ends the stream
    if (length > LARGEST) throw new TooLarge('the answer does not end');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function document(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
