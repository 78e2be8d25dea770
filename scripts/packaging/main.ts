import { parseArgs } from 'node:util';
import { messageOf } from '../../platform/errors.ts';
import { packageAll } from './package-all.ts';
import { architectures, kinds, readRequest } from './package-request.ts';

const usage = `scripts/package [--arch=ARCH] [--only=KIND,...] [--out=DIR] [--level=N]
                [--sign=KEY]

Builds what is installed, from this checkout, and prints the path of each file:

  deb      nagtail_VERSION_ARCH.deb and nagtail-shim_VERSION_ARCH.deb   (needs dpkg-deb)
  rpm      the same for RPM                                             (needs rpmbuild)
  tar      nagtail-VERSION-linux-ARCH.tar.gz: both programs and Node.js, runs in place
  single   nagtail-VERSION-linux-ARCH: both programs and Node.js in one executable
  any      nagtail-VERSION-any.tar.gz: both programs, for a Node.js that is there
  sbom     nagtail-VERSION.cdx.json: the packages that are in it, as CycloneDX
           and SHA256SUMS of all that was built

  --arch=ARCH    ${architectures.join(' or ')}; the default is this machine's
  --only=KIND    only these kinds; all without it
  --out=DIR      where to; the default is dist
  --level=N      how hard to compress, from 1 to 9, or 0 for as little as can be; the default
                 is 6. 1 takes a quarter of the time
  --sign=KEY     sign SHA256SUMS by gpg with this key, which makes SHA256SUMS.asc
  --help         this text

Two builds of one commit give the same bytes. Times in the files are SOURCE_DATE_EPOCH
(seconds since 1970), or that of the last commit.
`;

const options = {
  arch: { type: 'string' },
  only: { type: 'string', default: kinds.join(',') },
  out: { type: 'string', default: 'dist' },
  level: { type: 'string', default: '6' },
  sign: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const values = readOptions();
if (typeof values === 'string') complain(values);
else if (values.help) process.stdout.write(usage);
else {
  const request = readRequest(values);
  if (typeof request === 'string') complain(request);
  else {
    // Folders in the packages have the same modes whoever builds.
    process.umask(0o022);
    for (const file of await packageAll(request)) process.stdout.write(`${file}\n`);
  }
}

/** The options of the command line; a text says what is wrong with them. */
function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return messageOf(error);
  }
}

function complain(what: string): void {
  process.stderr.write(`scripts/package: ${what}; try --help\n`);
  process.exitCode = 2;
}
