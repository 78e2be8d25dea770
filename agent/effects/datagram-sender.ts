import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import type { PerlSource } from '../sec/perl/perl.ts';

/** Perl code that keeps a socket for each path; `$!` is the value when something fails. */
const program = `package Nagtail::Datagrams;
use Socket;
our %sockets;
sub send_to {
  my ($path, $text) = map { pack('H*', $_) } @_;
  my $socket = $sockets{$path};
  if (!$socket) {
    socket($socket, PF_UNIX, SOCK_DGRAM, 0) or return "connect $!";
    connect($socket, pack_sockaddr_un($path)) or return "connect $!";
    fcntl($socket, 4, 2048);
    $sockets{$path} = $socket;
  }
  return '' if defined(send($socket, $text, 0));
  my $reason = "send $!";
  delete $sockets{$path};
  return $reason;
}
sub leave { return delete $sockets{pack('H*', $_[0])} ? '' : 'close' }
1`;

/** Why a datagram could not be sent. */
export interface DatagramFailure {
  readonly step: 'connect' | 'send';
  readonly reason: ByteString;
}

/** Sends to datagram sockets in the file system by way of Perl, because Node has none. */
export class DatagramSender {
  readonly #perlSource: PerlSource;
  #generation: number | undefined;

  constructor(perlSource: PerlSource) {
    this.#perlSource = perlSource;
  }

  /** Sends a text; the failure if there is one. */
  send(path: ByteString, text: ByteString): DatagramFailure | undefined {
    const answer = this.#call(`send_to('${hex(path)}', '${hex(text)}')`);
    if (answer === '') return undefined;
    const [, step, reason] = /^(connect|send) ([\s\S]*)$/.exec(answer) ?? [];
    return { step: step === 'send' ? 'send' : 'connect', reason: reason ?? answer };
  }

  /** Closes the socket to a path; false when there is none. */
  close(path: ByteString): boolean {
    return this.#generation !== undefined && this.#call(`leave('${hex(path)}')`) === '';
  }

  #call(code: string): ByteString {
    const { perl } = this.#perlSource;
    if (perl === undefined) return 'connect there is no perl on this host';
    if (this.#generation !== perl.generation) perl.evaluate(program, 'scalar');
    this.#generation = perl.generation;
    const outcome = perl.evaluate(`Nagtail::Datagrams::${code}`, 'scalar');
    if ('fault' in outcome) return `connect ${outcome.fault}`;
    const [value] = outcome.values;
    return typeof value === 'string' ? value : '';
  }
}

function hex(text: ByteString): string {
  return bytesOf(text).toString('hex');
}
