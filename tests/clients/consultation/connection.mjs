// Connections over mutual TLS: each party with its own certificate and its own token.

import { lookup as resolve } from 'node:dns';
import { Agent, fetch } from 'undici';

/** `*.localhost` is this machine, whatever its resolver says. */
function lookup(host, options, done) {
  if (host !== 'localhost' && !host.endsWith('.localhost')) return resolve(host, options, done);
  return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
}

/** Somebody with a certificate who fetches a token once, and asks with it. */
export class Party {
  #agent;
  #token;

  /** `setting` is {clientId, certificate, key, scope?, refreshToken?}, with PEM texts. */
  constructor({ base, tokenEndpoint, authority }, setting) {
    Object.assign(this, { base, tokenEndpoint, setting });
    this.#agent = new Agent({ connect: { ca: authority, cert: setting.certificate, key: setting.key, lookup } });
  }

  /** Sends a request to a path of the API; `token` replaces the party's own, "none" is none at all. */
  async send({ method, path, headers = {}, body }, token) {
    const bearer = token ?? await this.#own();
    const all = bearer === 'none' ? headers : { ...headers, authorization: `Bearer ${bearer}` };
    return this.#exchange(`${this.base}${path}`, { method, headers: all, body });
  }

  /** The API document, which takes a certificate and no token. */
  async document() {
    const { status, bytes } = await this.#exchange(`${this.base}/doc/openapi.yaml`, { method: 'GET' });
    if (status !== 200) throw new Error(`the API document is not served: ${status}`);
    return bytes.toString();
  }

  close() {
    return this.#agent.close();
  }

  async #own() {
    if (this.#token) return this.#token;
    const { clientId, scope, refreshToken } = this.setting;
    const form = new URLSearchParams({ client_id: clientId, resource: this.base });
    form.set('grant_type', refreshToken ? 'refresh_token' : 'client_credentials');
    if (refreshToken) form.set('refresh_token', refreshToken);
    if (scope) form.set('scope', scope);
    const { status, bytes } = await this.#exchange(this.tokenEndpoint, { method: 'POST', body: form });
    if (status !== 200) throw new Error(`${clientId} gets no token: ${status} ${bytes}`);
    this.#token = JSON.parse(bytes.toString()).access_token;
    return this.#token;
  }

  async #exchange(url, options) {
    const answer = await fetch(url, { ...options, dispatcher: this.#agent, redirect: 'manual' });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), bytes };
  }
}
