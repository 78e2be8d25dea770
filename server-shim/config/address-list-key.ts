import type { Key, Reading } from '../../platform/config-schema.ts';
import { AddressList } from '../listen/address-list.ts';

/** Addresses and ranges of addresses, separated by commas. */
export function addressListKey(about: string): Key<AddressList> {
  return { about, read: readAddressList };
}

/** The same, or nothing. */
export function optionalAddressListKey(about: string): Key<AddressList | undefined> {
  return { about, otherwise: undefined, read: readAddressList };
}

function readAddressList(value: string): Reading<AddressList> {
  const list = new AddressList();
  for (const word of value.split(',')) {
    const expected = list.add(word.trim());
    if (expected !== undefined) return { expected };
  }
  return { value: list };
}
