import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The real programs that tests talk to, and the Debian package that brings each. */
const packages = {
  'ansible-lint': 'ansible-lint',
  'ansible-inventory': 'ansible',
  'ansible-playbook': 'ansible',
  buildah: 'buildah',
  debootstrap: 'debootstrap',
  'dpkg-deb': 'dpkg',
  curl: 'curl',
  fish: 'fish',
  gpg: 'gnupg',
  icinga2: 'icinga2',
  journalctl: 'systemd',
  logrotate: 'logrotate',
  mailx: 'bsd-mailx',
  man: 'man-db',
  mandoc: 'mandoc',
  nagios4: 'nagios4-core',
  nsca: 'nsca',
  'nsca-ng': 'nsca-ng-server',
  perl: 'perl',
  python3: 'python3',
  rpm: 'rpm',
  rpmbuild: 'rpm',
  sec: 'sec',
  send_nsca: 'nsca-client',
  'send_nsca of nsca-ng': 'nsca-ng-client',
  'libraries of arm64': 'libc6:arm64, libstdc++6:arm64',
  'qemu-aarch64-static': 'qemu-user-static',
  'systemd-analyze': 'systemd',
  'systemd-nspawn': 'systemd-container',
  'systemd-journal-remote': 'systemd-journal-remote',
  zsh: 'zsh',
} as const;

export type PeerName = keyof typeof packages;

/** A real program for a test; give `skip` to the test's options and run `path`. */
export interface Peer {
  readonly path: string;
  /** False when the program is there; else why the test cannot run. */
  readonly skip: string | false;
}

/** Daemons live where an ordinary user's PATH does not look. */
const extraFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/lib/systemd'];

/**
 * Looks for a real program. A missing one skips the test under a name that
 * says what to install; with NAGTAIL_REQUIRE_PEERS=1 it is a failure, so that
 * a continuous integration run cannot be green for want of its peers.
 */
export function peer(name: PeerName): Peer {
  const path = placesOf(name).find(isExecutable);
  if (path !== undefined) return { path, skip: false };
  const reason = `peer ${name} is not installed (Debian package ${packages[name]})`;
  if (process.env['NAGTAIL_REQUIRE_PEERS'] === '1') throw new Error(reason);
  return { path: name, skip: reason };
}

/** Where a program may be. */
function placesOf(name: PeerName): string[] {
  if (name === 'send_nsca of nsca-ng') return [unpacked('nsca-ng-client/usr/sbin/send_nsca')];
  if (name === 'libraries of arm64') return [unpacked('arm64/lib/ld-linux-aarch64.so.1')];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...extraFolders];
  return folders.map((folder) => join(folder, name));
}

/**
 * nsca-ng-client and nsca-client cannot both be installed, and libraries of another processor are no
 * packages of this one, so test/support/install-peers unpacks them into a folder outside the repository.
 */
function unpacked(file: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(process.env['NAGTAIL_PEERS_DIR'] ?? join(cache, 'nagtail/peers'), file);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
