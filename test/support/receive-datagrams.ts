import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { waitFor } from './wait-for.ts';

const program =
  '$|=1; my $s=IO::Socket::UNIX->new(Type=>SOCK_DGRAM,Local=>$ARGV[0]); print "ready\n"; while (defined $s->recv(my $m,9999)) { print "$m|" }';

/**
 * A datagram socket in the file system, which only perl has. What the function gives that it
 * settles with is all that has come so far, with `|` behind each datagram.
 */
export async function receiveDatagrams(t: TestContext, socket: string): Promise<() => string> {
  const receiver = spawn('perl', ['-MSocket', '-MIO::Socket::UNIX', '-e', program, socket]);
  t.after(() => receiver.kill());
  let received = '';
  receiver.stdout.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  await waitFor('the receiver', () => received.includes('ready\n'));
  return () => received.replace('ready\n', '');
}
