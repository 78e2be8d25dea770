import { statSync } from 'node:fs';
import net from 'node:net';
import { systemClock } from '../../platform/clock.ts';
import { type ByteString, bytesOf, textOf } from '../../protocol/byte-string.ts';
import { DatagramSender } from '../effects/datagram-sender.ts';
import { notOpenText, peerName } from '../sec/actions/sockets.ts';
import type { SecLogLevel, SocketKind } from '../sec/engine/host.ts';
import type { PerlSource } from '../sec/perl/perl.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { Sleeper } from './sleeper.ts';
import { UdpPeer } from './udp-peer.ts';

/** Bytes that may wait for one stream that takes them slowly; beyond it new text is dropped. */
const waitingBytesMax = 16 * 1024 * 1024;

/** How long the program waits at its end for what is still to be sent, in milliseconds. */
const finishWaitMs = 1000;

type Tell = (level: SecLogLevel, text: ByteString) => void;

interface Peer {
  readonly host: string;
  readonly port: number;
}

/** The sockets that actions send to, with SEC's messages. */
export class Sockets {
  readonly #tell: Tell;
  readonly #datagrams: DatagramSender;
  readonly #streams = new Map<string, net.Socket>();
  readonly #udp = new Map<string, UdpPeer>();
  /** Those that still send what they were given before they were closed. */
  readonly #closing = new Set<Promise<unknown>>();
  /** How long a connection may take, in seconds. */
  timeout: number;

  constructor(tell: Tell, perlSource: PerlSource, timeout: number) {
    this.#tell = tell;
    this.#datagrams = new DatagramSender(perlSource);
    this.timeout = timeout;
  }

  /** Sends a text, or logs why not. */
  send(kind: SocketKind, peer: ByteString, text: ByteString): void {
    if (kind === 'tcpsock' || kind === 'udpsock') {
      const address = addressOf(peer);
      if (address === undefined) {
        const what = `${peerName(kind, peer)} for sending event '${text}'`;
        this.#tell(3, `Can't connect to ${what} (peer not in host:portnumber format)`);
      } else if (kind === 'tcpsock') this.#sendStream(kind, peer, address, text);
      else this.#sendUdp(peer, address, text);
    } else if (!isSocket(peer)) {
      this.#tell(6, `Can't send event '${text}' to socket '${peer}' (socket does not exist)`);
    } else if (kind === 'ustream') this.#sendStream(kind, peer, { path: textOf(peer) }, text);
    else this.#sendDatagram(peer, text);
  }

  /** Closes what send() keeps open. */
  close(kind: SocketKind, peer: ByteString): void {
    if (!this.#close(kind, peer)) this.#tell(6, notOpenText(kind, peer));
  }

  /** Closes everything; what was given to streams before still goes out. */
  closeAll(): void {
    for (const [key, stream] of this.#streams) this.#endStream(key, stream);
    for (const [key, socket] of this.#udp) this.#endUdp(key, socket);
  }

  /** Closes everything; settles when all has gone out, or after a while. */
  async finish(): Promise<void> {
    this.closeAll();
    const waited = new Sleeper();
    await Promise.race([Promise.all(this.#closing), waited.sleep(finishWaitMs)]);
    waited.wake();
  }

  #close(kind: SocketKind, peer: ByteString): boolean {
    const key = `${kind} ${peer}`;
    if (kind === 'udgram') return this.#datagrams.close(peer);
    if (kind === 'udpsock') {
      const socket = this.#udp.get(key);
      if (socket !== undefined) this.#endUdp(key, socket);
      return socket !== undefined;
    }
    const stream = this.#streams.get(key);
    if (stream !== undefined) this.#endStream(key, stream);
    return stream !== undefined;
  }

  #endStream(key: string, stream: net.Socket): void {
    this.#streams.delete(key);
    this.#awaitEnd(new Promise((resolve) => stream.once('close', resolve)));
    // The other side need not end: what was sent is out then.
    stream.end(() => stream.destroySoon());
  }

  #endUdp(key: string, socket: UdpPeer): void {
    this.#udp.delete(key);
    this.#awaitEnd(socket.closed);
    socket.close();
  }

  #awaitEnd(ended: Promise<unknown>): void {
    this.#closing.add(ended);
    ended.then(() => this.#closing.delete(ended));
  }

  #sendDatagram(peer: ByteString, text: ByteString): void {
    const failure = this.#datagrams.send(peer, text);
    if (failure === undefined) return;
    const { step, reason } = failure;
    const message =
      step === 'connect'
        ? `Can't connect to socket '${peer}' for sending event '${text}' (${reason})`
        : `Error when sending event '${text}' to socket '${peer}' (${reason})`;
    this.#tell(6, message);
  }

  #sendStream(
    kind: 'tcpsock' | 'ustream',
    peer: ByteString,
    address: net.TcpNetConnectOpts | net.IpcNetConnectOpts,
    text: ByteString,
  ): void {
    const key = `${kind} ${peer}`;
    const stream = this.#streams.get(key) ?? this.#connect(kind, peer, address);
    this.#streams.set(key, stream);
    if (stream.writableLength + text.length > waitingBytesMax) {
      this.#tell(3, `Can't send event '${text}' to ${peerName(kind, peer)} (too much waits)`);
      return;
    }
    stream.write(bytesOf(text), (error) => {
      // What the write is told is only that the socket is closed.
      if (error) this.#tellLost(kind, peer, text, stream.errored ?? error);
    });
  }

  #connect(
    kind: 'tcpsock' | 'ustream',
    peer: ByteString,
    address: net.TcpNetConnectOpts | net.IpcNetConnectOpts,
  ): net.Socket {
    const key = `${kind} ${peer}`;
    const stream = net.connect(address);
    // Nothing is expected from the other side, but its end must be noticed.
    stream.resume();
    const giveUp = () => stream.destroy(new Error('connection timeout'));
    const cancel = systemClock.setTimer(this.timeout * 1000, giveUp);
    stream.once('connect', cancel);
    stream.once('close', cancel);
    // The writes that fail tell why.
    stream.on('error', () => {});
    stream.on('end', () => {
      const name = kind === 'tcpsock' ? peerName(kind, peer) : `socket '${peer}'`;
      if (this.#streams.get(key) === stream) this.#tell(6, `Connection to ${name} closed by peer`);
    });
    stream.on('close', () => {
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    });
    return stream;
  }

  #sendUdp(peer: ByteString, { host, port }: Peer, text: ByteString): void {
    const key = `udpsock ${peer}`;
    const socket = this.#udp.get(key) ?? new UdpPeer(host, port);
    this.#udp.set(key, socket);
    socket.send(bytesOf(text), (error) => this.#tellLost('udpsock', peer, text, error));
  }

  #tellLost(kind: SocketKind, peer: ByteString, text: ByteString, error: Error): void {
    const reason = systemMessage(error);
    this.#tell(6, `Error when sending event '${text}' to ${peerName(kind, peer)} (${reason})`);
  }
}

function isSocket(path: ByteString): boolean {
  return statSync(bytesOf(path), { throwIfNoEntry: false })?.isSocket() ?? false;
}

/** `HOST:PORT`; an IPv6 address stands in brackets or bare. */
function addressOf(peer: ByteString): Peer | undefined {
  const [, host, port] = /^([^\t\n\v\f\r ]+):(\d+)$/.exec(textOf(peer)) ?? [];
  if (host === undefined) return undefined;
  // SEC takes a port that is too large as one of 16 bits.
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) % 65_536 };
}
