import { isIP } from 'node:net';
import { type AddressList, plainAddress } from './address-list.ts';

/**
 * The address of the client behind proxies that are trusted to tell it: the last one in
 * `X-Forwarded-For` that is none of theirs. What others tell is not believed.
 *
 * @param socketAddress whose connection it is
 */
export function forwardedAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trusted: AddressList | undefined,
): string {
  let address = plainAddress(socketAddress);
  const told = (forwardedFor ?? '').split(',');
  while (trusted?.has(address) && told.length > 0) {
    const next = addressIn(told.pop() ?? '');
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7`, `[2001:db8::7]:443`; undefined when it is none. */
function addressIn(text: string): string | undefined {
  const trimmed = text.trim();
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1] ?? trimmed.replace(/^([\d.]+):\d+$/, '$1');
  const address = plainAddress(bare);
  return isIP(address) === 0 ? undefined : address;
}
