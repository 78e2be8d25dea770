/** A block that no test of the documents can run or compare. */
export interface NotRun {
  readonly document: string;
  /** What its text begins with. */
  readonly begins: string;
  readonly why: string;
  /** The test that does the same in another way, where there is one. */
  readonly test?: string;
}

const arrows = 'a picture';
const figures = 'figures of one machine, measured by the command above them';
const byPackages = 'it installs packages, which needs a machine of its own';

/** All of them. Whoever adds one says why, and which test stands in for it. */
export const notRun: readonly NotRun[] = [
  { document: 'README.md', begins: '  each host ', why: arrows },
  {
    document: 'README.md',
    begins: 'scripts/package',
    why: byPackages,
    test: 'test/packages/deb.test.ts',
  },
  { document: 'README.md', begins: 'scripts/test', why: 'this test is a part of it' },
  { document: 'bench/README.md', begins: 'reader ', why: figures },
  {
    document: 'config/packages/README.tarball.md',
    begins: 'bin/nagtail --help',
    why: 'it stands in an unpacked tarball',
    test: 'test/packages/tarball.test.ts',
  },
  { document: 'docs/ARCHITECTURE.md', begins: 'log file ─▶ agent/input', why: arrows },
  { document: 'docs/ARCHITECTURE.md', begins: 'main thread ', why: arrows },
  { document: 'docs/ARCHITECTURE.md', begins: 'append ─▶ AppendQueue', why: arrows },
  {
    document: 'docs/CONFIGURATION.md',
    begins: 'Nov 25 13:00:00 web01 sshd[77]: Failed password',
    why: 'a machine that runs tests may have no journal daemon',
    test: 'test/peers/journal-input.test.ts',
  },
  {
    document: 'docs/GETTING-STARTED.md',
    begins: 'apt install ./nagtail-shim_',
    why: byPackages,
    test: 'test/packages/deb.test.ts',
  },
  {
    document: 'docs/GETTING-STARTED.md',
    begins: 'apt install ./nagtail_',
    why: byPackages,
    test: 'test/packages/deb.test.ts',
  },
  {
    document: 'docs/INSTALL.md',
    begins: 'gpg --verify SHA256SUMS.asc',
    why: 'it needs the key of who publishes',
    test: 'test/packages/bundle.test.ts',
  },
  {
    document: 'docs/INSTALL.md',
    begins: 'apt install ./nagtail_VERSION',
    why: byPackages,
    test: 'test/packages/systemd.test.ts',
  },
  {
    document: 'docs/INSTALL.md',
    begins: 'tar xzf nagtail-VERSION',
    why: byPackages,
    test: 'test/packages/tarball.test.ts',
  },
  {
    document: 'docs/INSTALL.md',
    begins: 'scripts/package --only=tar\ndocker build',
    why: 'it needs a Docker engine; the test builds the same Dockerfile by buildah',
    test: 'test/packages/image.test.ts',
  },
  {
    document: 'docs/MIGRATING.md',
    begins: 'systemctl disable --now sec',
    why: 'there is no unit of sec in a test',
  },
  {
    document: 'docs/OPERATING.md',
    begins: 'NAGTAIL WARNING: receiver main',
    why: 'it takes two minutes to become so',
    test: 'test/unit/agent/commands/health.test.ts',
  },
  {
    document: 'docs/PROTOCOLS.md',
    begins: '00 00 00 22  02  00 01',
    why: 'bytes, compared with what the codec writes',
    test: 'test/unit/protocol/batch/frames.test.ts',
  },
  {
    document: 'docs/TROUBLESHOOTING.md',
    begins: 'journalctl -u nagtail',
    why: 'there is no systemd in a test',
  },
  {
    document: 'docs/TROUBLESHOOTING.md',
    begins: 'Warning:  Passive check result was received',
    why: "a line of Nagios' own log",
  },
  {
    document: 'scripts/ansible/README.md',
    begins: 'ansible-galaxy collection install',
    why: 'it installs on other machines',
    test: 'test/packages/ansible.test.ts',
  },
  {
    document: 'scripts/ansible/README.md',
    begins: '; inventory.ini',
    why: "Ansible's, not ours",
    test: 'test/packages/ansible.test.ts',
  },
  {
    document: 'test/fuzz/README.md',
    begins: 'test/fuzz/run --profile=core',
    why: 'it takes minutes',
    test: 'test/peers/sec-fuzz.test.ts',
  },
];
