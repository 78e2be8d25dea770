import { nrdpSendProtocol } from './nrdp-send-protocol.ts';
import { nscaNgSendProtocol } from './nsca-ng-send-protocol.ts';
import { nscaSendProtocol } from './nsca-send-protocol.ts';
import type { SendProtocol } from './send-protocol.ts';
import type { SendProtocolName } from './send-request.ts';

/** All of them. */
export const sendProtocols: Readonly<Record<SendProtocolName, SendProtocol>> = {
  nsca: nscaSendProtocol,
  'nsca-ng': nscaNgSendProtocol,
  nrdp: nrdpSendProtocol,
};
