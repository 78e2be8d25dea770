import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { nearestName } from '../../platform/nearest-name.ts';
import { textOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';

/**
 * Names are compared with so many known ones at most, about a millisecond, and only with those of about their length:
 * clients decide how many unknown names there are.
 */
const comparedMost = 1_000;
const lengthDifferenceMost = 3;

/**
 * The hosts and services that Nagios knows, as it writes them into its objects.cache at each
 * start. Before that file was read, everything counts as known.
 */
export class KnownObjects {
  readonly #file: string;
  #version = '';
  /** The services of each host. */
  #hosts: Map<string, Set<string>> | undefined;
  /** Nagios takes an address in place of a host's name, too. */
  #hostAt = new Map<string, string>();

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Reads the file if it is another than before; true when it was.
   * @throws the system's error when it cannot be read; what was read before holds
   */
  async refresh(): Promise<boolean> {
    const version = versionOf(await stat(this.#file));
    if (version === this.#version) return false;
    const hosts = new Map<string, Set<string>>();
    const hostAt = new Map<string, string>();
    await readObjects(this.#file, ({ host, service, address }) => {
      const services = hosts.get(host) ?? new Set();
      hosts.set(host, services);
      if (service !== undefined) services.add(service);
      if (address !== undefined && !hostAt.has(address)) hostAt.set(address, host);
    });
    this.#hosts = hosts;
    this.#hostAt = hostAt;
    this.#version = version;
    return true;
  }

  /** Whether Nagios knows what this result is about, as far as can be told. */
  knows({ host, service }: CheckResult): boolean {
    if (this.#hosts === undefined) return true;
    const services = this.#servicesOf(host);
    return services !== undefined && (service === null || services.has(service));
  }

  /** What is unknown about a result, and the nearest known name, for people. */
  complaint({ host, service }: CheckResult): string {
    const services = this.#servicesOf(host);
    const shown = textOf(host);
    if (services === undefined) {
      return `Nagios knows no host '${shown}'${near(host, this.#hosts?.keys() ?? [])}`;
    }
    const name = service ?? '';
    return `Nagios knows no service '${textOf(name)}' on host '${shown}'${near(name, services)}`;
  }

  #servicesOf(host: string): Set<string> | undefined {
    const own = this.#hosts?.get(host);
    const namesake = this.#hostAt.get(host);
    return own ?? (namesake === undefined ? undefined : this.#hosts?.get(namesake));
  }
}

function near(name: string, known: Iterable<string>): string {
  const candidates: string[] = [];
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > lengthDifferenceMost) continue;
    candidates.push(candidate);
    if (candidates.length === comparedMost) break;
  }
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : `; is '${textOf(nearest)}' meant?`;
}

function versionOf({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(' ');
}

/** A host or a service of the file. */
interface ObjectRead {
  readonly host: string;
  readonly service: string | undefined;
  readonly address: string | undefined;
}

/** Reads `define host {` and `define service {` blocks: a tab, a key, a tab, its value on each line. */
async function readObjects(file: string, take: (object: ObjectRead) => void): Promise<void> {
  let rest = '';
  let values: Map<string, string> | undefined;
  for await (const chunk of createReadStream(file, { encoding: 'latin1' })) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'define host {' || line === 'define service {') {
        values = new Map();
      } else if (values !== undefined && line.trimStart() === '}') {
        const host = values.get('host_name');
        const service = values.get('service_description');
        if (host !== undefined) take({ host, service, address: values.get('address') });
        values = undefined;
      } else if (values !== undefined) {
        const pair = /^\t(host_name|service_description|address)\t(.*)$/.exec(line);
        if (pair !== null) values.set(pair[1] ?? '', pair[2] ?? '');
      }
    }
  }
}
