import dgram from 'node:dgram';
import net from 'node:net';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, bytesOf, textOf } from '../../protocol/byte-string.ts';
import type { SocketKind } from '../sec/engine/host.ts';
import type { PerlSource } from '../sec/perl/perl.ts';
import { DatagramSender } from './datagram-sender.ts';
import { FailingTargets } from './failing-targets.ts';

/** Bytes that may wait for one stream that takes them slowly; beyond it new text is dropped, and told once. */
const waitingBytesMax = 1024 * 1024;

/** Streams that are kept open at once; beyond it the one opened first is ended. */
const openStreamsMax = 64;

/** Sends the texts of socket actions; sockets stay open until they are closed or fail. */
export class SocketWriter {
  readonly #log: Log;
  readonly #streams = new Map<string, net.Socket>();
  readonly #failing = new FailingTargets();
  readonly #pathSender: DatagramSender;
  #datagrams: dgram.Socket | undefined;

  /** @param perlSource sends to datagram sockets in the file system, which Node has not */
  constructor(log: Log, perlSource: PerlSource) {
    this.#log = log;
    this.#pathSender = new DatagramSender(perlSource);
  }

  /** Sends a text. What cannot be sent is lost; that is logged once for a peer until it works again. */
  send(kind: SocketKind, peer: ByteString, text: ByteString): void {
    const target = textOf(peer);
    switch (kind) {
      case 'tcpsock':
      case 'ustream':
        this.#sendStream(kind, target, bytesOf(text));
        break;
      case 'udpsock':
        this.#sendDatagram(target, bytesOf(text));
        break;
      case 'udgram':
        this.#sendToPath(peer, text);
        break;
    }
  }

  /** Closes the connection to a peer. */
  close(kind: SocketKind, peer: ByteString): void {
    const key = `${kind} ${textOf(peer)}`;
    if (kind === 'udgram') this.#pathSender.close(peer);
    this.#streams.get(key)?.end();
    this.#streams.delete(key);
  }

  /** Closes everything. */
  closeAll(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
    this.#datagrams?.close();
    this.#datagrams = undefined;
  }

  #sendStream(kind: 'tcpsock' | 'ustream', target: string, bytes: Buffer): void {
    const key = `${kind} ${target}`;
    const stream = this.#streams.get(key) ?? this.#connect(kind, target, key);
    if (stream === undefined) return;
    if (stream.writableLength + bytes.length > waitingBytesMax) {
      this.#fail(key, 'it takes text too slowly');
      return;
    }
    stream.write(bytes, (error) => {
      if (error === null || error === undefined) this.#failing.works(key);
    });
  }

  #connect(kind: 'tcpsock' | 'ustream', target: string, key: string): net.Socket | undefined {
    const address = kind === 'ustream' ? { path: target } : hostAndPort(target);
    if (address === undefined) {
      this.#fail(key, 'expected HOST:PORT');
      return undefined;
    }
    const stream = net.connect(address);
    this.#makeRoom();
    this.#streams.set(key, stream);
    // Nothing is expected from the other side, but its end must be noticed.
    stream.resume();
    stream.on('error', (error) => this.#fail(key, systemReason(error)));
    stream.on('close', () => {
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    });
    return stream;
  }

  #makeRoom(): void {
    if (this.#streams.size < openStreamsMax) return;
    const [first] = this.#streams;
    if (first === undefined) return;
    const [key, stream] = first;
    stream.end();
    this.#streams.delete(key);
  }

  #sendToPath(peer: ByteString, text: ByteString): void {
    const key = `udgram ${textOf(peer)}`;
    const failure = this.#pathSender.send(peer, text);
    if (failure === undefined) this.#failing.works(key);
    else this.#fail(key, textOf(failure.reason));
  }

  #sendDatagram(target: string, bytes: Buffer): void {
    const key = `udpsock ${target}`;
    const address = hostAndPort(target);
    if (address === undefined) {
      this.#fail(key, 'expected HOST:PORT');
      return;
    }
    this.#datagrams ??= dgram.createSocket('udp4').unref();
    this.#datagrams.send(bytes, address.port, address.host, (error) => {
      if (error) this.#fail(key, systemReason(error));
      else this.#failing.works(key);
    });
  }

  #fail(key: string, reason: string): void {
    if (!this.#failing.fails(key)) return;
    this.#log.warn('SOCKET_FAILED', `cannot send to ${key}, text for it is lost: ${reason}`);
  }
}

function hostAndPort(target: string): { host: string; port: number } | undefined {
  const parts = /^(.+):(\d{1,5})$/.exec(target);
  const port = Number(parts?.[2]);
  return parts?.[1] === undefined || port > 65535 ? undefined : { host: parts[1], port };
}
