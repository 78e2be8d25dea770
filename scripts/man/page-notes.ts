import type { ProgramNotes } from './program-page.ts';

type Notes = Omit<ProgramNotes, 'moreOptions'>;

const exitCodes: Notes['exitCodes'] = [
  ['0', 'All is well.'],
  ['1', 'Something failed while running, or a check found errors.'],
  ['2', 'The command line was wrong.'],
  ['78', 'The configuration cannot be used.'],
];

/** What nagtail(8) says beyond its commands. */
export const agentNotes: Notes = {
  oneLine: 'follow logs, correlate events with SEC rules, report to Nagios',
  description: [
    '`nagtail run` follows logs, runs the rule files of SEC (Simple Event Correlator), and reports what they find to Nagios, Naemon or Icinga as passive check results, over NSCA-ng, NRDP or NSCA. What it has read and what it has to report survives restarts, crashes and receivers that are down.',
    'Its configuration is described in **nagtail.ini**(5), its rules in **nagtail-rules**(5). Results go to standard output, messages to standard error.',
  ],
  signals: [
    [
      'SIGHUP',
      'Looks at the rule files again. Files that did not change keep their operations; one that has errors now goes on as it was. Addresses, passwords and certificates of the receivers are read again, too.',
    ],
    [
      'SIGTERM, SIGINT',
      'Stops reading, delivers what is queued for at most 5 s, and ends. The rest waits in state_dir.',
    ],
  ],
  exitCodes: [
    ...exitCodes,
    ['check self', '0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as a Nagios plugin.'],
    [
      'send',
      '0 all results were accepted, 1 some were refused, 2 some may not have arrived, 78 a configuration cannot be used.',
    ],
  ],
  environment: [
    [
      'NAGTAIL_SECTION__KEY',
      'Overrides a key of the configuration: `NAGTAIL_RECEIVER_MAIN__PORT`.',
    ],
    ['NAGTAIL_PERL', 'The perl for rules that hold Perl code.'],
    ['NO_COLOR', 'No colours, also on a terminal.'],
  ],
  files: [
    ['/etc/nagtail/nagtail.ini', 'The configuration.'],
    ['/etc/nagtail/conf.d/*.ini', 'Files that are laid over it.'],
    ['/etc/nagtail/rules.d/*.sec', 'The rules.'],
    ['/var/lib/nagtail', 'What must survive a restart, and the socket `status.sock`.'],
  ],
  seeAlso: '**nagtail.ini**(5), **nagtail-rules**(5), **nagtail-shim**(8), **sec**(1)',
};

/** What nagtail-shim(8) says beyond its commands. */
export const shimNotes: Notes = {
  oneLine: 'receive passive check results and hand them to Nagios',
  description: [
    '`nagtail-shim run` takes results over NSCA-ng, NRDP, NSCA and its own nagtail/1, keeps them in a journal on disk, and writes them to the external command file or the check-result spool of Nagios, Naemon or Icinga, or forwards them to another receiver. A client gets its answer when its results are safe on disk.',
    'Its configuration is described in **nagtail-shim.ini**(5). Results go to standard output, messages to standard error.',
  ],
  signals: [
    [
      'SIGHUP',
      'Reads the configuration and all files that it names again, and goes by it: listeners, identities, passwords, certificates, sinks, limits. One that has an error is refused, and the earlier one goes on. What needs a restart is named in the log.',
    ],
    [
      'SIGTERM, SIGINT',
      'Takes no more connections, lets open ones finish for 2 s, hands over what waits for at most 2 s, and ends. The rest waits in state_dir.',
    ],
  ],
  exitCodes: [
    ...exitCodes,
    ['check self', '0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as a Nagios plugin.'],
  ],
  environment: [
    ['NAGTAIL_SECTION__KEY', 'Overrides a key of the configuration: `NAGTAIL_LISTEN_NSCA__PORT`.'],
    ['LISTEN_FDS', 'Sockets that systemd has opened: **systemd.socket**(5).'],
    ['NO_COLOR', 'No colours, also on a terminal.'],
  ],
  files: [
    ['/etc/nagtail-shim/nagtail-shim.ini', 'The configuration.'],
    ['/etc/nagtail-shim/conf.d/*.ini', 'Files that are laid over it.'],
    ['/var/lib/nagtail-shim', 'The journal, and the socket `status.sock`.'],
  ],
  seeAlso: '**nagtail-shim.ini**(5), **nagtail**(8)',
};

/** At the end of the pages about configuration files. */
export const configSeeAlso =
  '**nagtail**(8), **nagtail-shim**(8), **nagtail.ini**(5), **nagtail-shim.ini**(5), **nagtail-rules**(5)';
