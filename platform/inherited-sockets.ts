/** A socket that was open when the program was started. */
export interface InheritedSocket {
  readonly fd: number;
  /** Its name as systemd gives it (FileDescriptorName=), or an empty text. */
  readonly name: string;
}

/** The first descriptor that systemd hands over. */
const firstFd = 3;

/**
 * The listening sockets that systemd (or a program that does it alike) has opened for this
 * process: `Sockets=` of a service, sd_listen_fds(3). None without that.
 */
export function inheritedSockets(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  pid = process.pid,
): readonly InheritedSocket[] {
  if (Number(environment['LISTEN_PID']) !== pid) return [];
  const count = Number(environment['LISTEN_FDS'] ?? 0);
  const names = (environment['LISTEN_FDNAMES'] ?? '').split(':');
  return Array.from({ length: count }, (_, i) => ({ fd: firstFd + i, name: names[i] ?? '' }));
}
