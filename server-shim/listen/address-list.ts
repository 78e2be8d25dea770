import { BlockList, isIP } from 'node:net';

/** Ranges of IP addresses. */
export class AddressList {
  readonly #ranges = new BlockList();

  /**
   * Adds `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
   * @returns what is wrong with the text, or undefined
   */
  add(text: string): string | undefined {
    const [address = '', prefix, ...more] = text.split('/');
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    if (version === 0 || more.length > 0) {
      return `an IP address or a range such as 192.0.2.0/24 or 2001:db8::/32, found '${text}'`;
    }
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (length < 0 || length > bits) {
      return `a number from 0 to ${bits} behind the '/', found '${text}'`;
    }
    this.#ranges.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
    return undefined;
  }

  /** Whether an address, as plainAddress gives it, is in one of the ranges. */
  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#ranges.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** An address without what only says how it came: IPv4 through an IPv6 socket, and the zone. */
export function plainAddress(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
}
