// Why an app went no further, in the words of the test hook, and what of a token answer it takes.

import { randomUUID } from 'node:crypto';
import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { TooLarge } from './wire.mjs';

/** The app itself refuses. */
export class Refused extends Error {
  constructor(code, seconds) {
    super(code);
    Object.assign(this, { refusal: code, seconds });
  }
}

/** What Node says of a server's certificate or of its TLS. */
const TLS = [
  [/ALTNAME/, 'tlsName'],
  [/CERT_HAS_EXPIRED/, 'tlsExpired'],
  [/UNABLE_TO|SELF_SIGNED|DEPTH_ZERO/, 'tlsAuthority'],
  [/PROTOCOL|VERSION/, 'tlsVersion'],
  [/ERR_SSL|ERR_TLS|EPROTO|ECONNRESET/, 'tls'],
];

/** What the library says of an answer in the browser. */
const BROWSER = [
  [/only once/, 'duplicateParameter'],
  [/"iss"|issuer/, 'issuer'],
  [/"state"/, 'state'],
  [/JARM|id_token|implicit|hybrid/i, 'contradiction'],
  [/"code"|authorization code/, 'codeMissing'],
];

/** What the library says of a token answer. */
const TOKEN = [
  [/not_json|content-type/i, 'notJson'],
  [/token_type/, 'tokenType'],
  [/access_token/, 'tokenMissing'],
];

/** The word for an error, with the seconds that a hub asks for. `last` is the answer before it, `step` where it happened. */
export function refusal(error, last, step) {
  const chain = causes(error);
  const said = chain.map(({ code, message }) => `${code ?? ''} ${message}`).join(' ');
  const first = (table) => table.find(([pattern]) => pattern.test(said))?.[1];
  const own = chain.find((cause) => cause instanceof Refused);
  const told = (code, seconds) => ({ code, seconds, detail: said.slice(0, 200) });
  if (own) return told(own.refusal, own.seconds);
  if (chain.some((cause) => cause instanceof TooLarge)) return told('tooLarge');
  if (chain.some((cause) => cause instanceof AuthorizationResponseError)) return told(denied(chain));
  if ([429, 503].includes(last.status)) return told('slowDown', last.wait ?? 1);
  if (last.status === undefined) return told(first(TLS) ?? (step === 'answer' ? first(BROWSER) : undefined) ?? 'unreachable');
  if (last.status >= 500) return told('hubFailed');
  if (last.status === 401) return told('clientRefused');
  if (step === 'pushing') return told(pushing(chain, last, said));
  return told(answer(last, first));
}

function causes(error) {
  const chain = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) chain.push(cause);
  return chain;
}

function denied(chain) {
  return chain.some((cause) => cause.error === 'access_denied') ? 'accessDenied' : 'hubRefused';
}

function pushing(chain, last, said) {
  if (/issuer/.test(said)) return 'metadataIssuer';
  if (chain.some((cause) => cause instanceof ResponseBodyError) || last.status >= 400) return 'pushRefused';
  return last.document?.issuer ? 'metadataIncomplete' : 'pushAnswer';
}

/** The token endpoint is asked only once the answer in the browser is right: its members tell which of both was wrong. */
function answer(last, first) {
  const isToken = last.asked === 'token';
  if (!isToken) return first(BROWSER) ?? 'other';
  return last.status >= 400 ? 'grantEnded' : first(TOKEN) ?? 'tokenAnswer';
}

/** The connection that a token answer makes; what was not asked for is not taken. */
export function granted(tokens, flow, last) {
  if (last.type !== 'application/json') throw new Refused('contentType');
  if (tokens.token_type?.toLowerCase() !== 'bearer') throw new Refused('tokenType');
  const details = tokens.authorization_details;
  if (!Array.isArray(details) || details.length === 0) throw new Refused('tokenAnswer');
  const [{ actions = [], mailboxKind, mailboxId, consentId }] = details;
  const more = details.length > 1 || mailboxKind !== flow.mailboxKind || actions.some((action) => !flow.actions.includes(action));
  if (more) throw new Refused('tooMuchGranted');
  return { connectionId: randomUUID(), customer: flow.customer, state: 'connected', mailboxId, consentId, granted: details };
}
