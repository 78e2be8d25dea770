import { version } from '../../platform/version.ts';

/** What the log and dumps call the program: tools look for SEC's name. */
export const programName = `SEC (Simple Event Correlator) 2.9.4 as nagtail ${version}`;

/** For --version. */
export const versionText = `${programName}
SEC's rule language and command line in an implementation of its own.
`;

/** For --help. */
export const helpText = `Usage: nagtail sec [OPTION]...

Runs rule files of SEC (Simple Event Correlator) with SEC's own options.
Names may be cut short; --OPTION VALUE is as good as --OPTION=VALUE.

rules and inputs
  --conf=GLOB ...            rule files
  --input=GLOB[=CONTEXT] ... files, fifos, - for standard input
  --[no]tail                 follow the inputs (default), or end behind their last lines
  --[no]fromstart            follow files from their beginning
  --reopen-timeout=SECONDS   look for missing inputs so often
  --check-timeout=SECONDS    leave an input alone for so long after it had nothing
  --poll-timeout=SECONDS     sleep when no input has anything (default 0.1)
  --input-timeout=SECONDS    an input without lines for so long is silent ...
  --timeout-script=PROGRAM   ... and this is run with 1 and its name, later with 0
  --blocksize=BYTES          read so much at once (default 8192)
  --[no]rwfifo               open fifos for reading and writing (default)
  --[no]keepopen             keep inputs open over a soft restart (default)
rules
  --bufsize=LINES            lines that patterns can look back at
  --[no]jointbuf             all inputs share these lines
  --evstoresize=EVENTS       most events that a context stores
  --cleantime=SECONDS        time between two looks at what has expired (default 1)
  --[no]intevents            make events of start, restarts and end
  --[no]intcontexts          make a context for the input of each line
  --[no]quoting              put %s of shell commands into apostrophes
  --socket-timeout=SECONDS   give up connecting after so long (default 60)
  --[no]childterm            end child processes at the end and at restarts (default)
messages
  --log=FILE                 log to a file
  --syslog=FACILITY          log to syslog
  --debug=1..6               least important messages to log (default 6)
  --dump=FILE                where USR1 dumps the state (default /tmp/sec.dump)
  --[no]dumpfts              append the time to the name of a dump
  --[no]dumpfjson            dump as JSON
  --[no]ruleperf             measure the time that each rule takes
process
  --[no]detach               run in the background
  --pid=FILE                 write the process number to a file
  --user=USER                change to this user
  --group=GROUP ...          change to these groups
  --umask=MODE               mode bits that new files do not get
  --[no]testonly             check the rules and end: exit code 0 when all are valid
  --help, -?                 show this
  --version                  show the version

Signals: HUP restart, ABRT restart and keep what has not changed, USR1 dump,
USR2 close outputs and begin the log anew, INT next debug level, TERM end.
The file that the environment variable SECRC names holds further options, a line each.
`;
