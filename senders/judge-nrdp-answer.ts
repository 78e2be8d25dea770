import { NagtailError } from '../platform/errors.ts';
import { parseReply, type ServerReply } from '../protocol/nrdp/parse-reply.ts';
import type { HttpOutcome } from './nrdp-http.ts';

/** What came back over HTTP. */
export type HttpAnswer = Pick<
  Extract<HttpOutcome, { kind: 'answer' }>,
  'status' | 'headers' | 'body'
>;

/** An answer of NRDP's. */
export type NrdpReplyRead = Extract<ServerReply, { kind: 'reply' }>;

/** What is wrong with the token, in the real server's words. */
const tokenWords: readonly string[] = [
  'NO TOKEN',
  'NO TOKENS',
  'BAD TOKEN',
  'DENIED TOKEN',
  'NOT AUTHENTICATED',
  'BAD_USER',
];

/** How much of an answer that is none is shown. */
const shownLength = 60;

/**
 * What an answer over HTTP to submitted checks says.
 * @param checks how many there were
 * @returns the reply when each of them was taken or refused for good; otherwise an error
 */
export function judgeNrdpAnswer(
  { status, headers, body }: HttpAnswer,
  checks: number,
): NrdpReplyRead | NagtailError {
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? '' : ` to ${headers.location.slice(0, 200)}`;
    const message = `it redirects${to}: put the address where NRDP is into url`;
    return new NagtailError('PEER_PROTOCOL', message);
  }
  const reply = parseReply(body);
  if (reply.kind === 'other') return notNrdp(status, reply.reason, body);
  const said =
    reply.information === undefined ? reply.message : `${reply.message}: ${reply.information}`;
  if (tokenWords.includes(reply.message)) {
    return new NagtailError('PEER_REFUSED', `it does not accept our token (${said})`);
  }
  // A nagtail-shim that took none says why for each.
  const isAnswered = reply.isDone || reply.refused.length === checks;
  if (status !== 200 || !isAnswered) {
    return new NagtailError('PEER_UNAVAILABLE', `it took nothing: ${said}`);
  }
  const processed = reply.processed ?? checks;
  if (processed + reply.refused.length >= checks) return reply;
  const message = `it took only ${processed} of ${checks} results, and does not say which`;
  return new NagtailError('PEER_PROTOCOL', message);
}

function notNrdp(status: number, reason: string, body: Buffer): NagtailError {
  if (status === 401 || status === 403) {
    return new NagtailError('PEER_REFUSED', `it does not let us in (HTTP status ${status})`);
  }
  if (status === 404) {
    return new NagtailError(
      'PEER_PROTOCOL',
      'there is nothing at this address: is the path of url right?',
    );
  }
  if (status === 429 || status >= 500) {
    return new NagtailError('PEER_UNAVAILABLE', `it takes nothing now (HTTP status ${status})`);
  }
  const begin = JSON.stringify(body.toString('utf8', 0, shownLength).trim());
  const what = status === 200 ? '' : ` (HTTP status ${status})`;
  const message = `it does not speak NRDP${what}: ${reason}; its answer begins with ${begin}`;
  return new NagtailError('PEER_PROTOCOL', message);
}
