#!/usr/bin/perl -w
# Runs an unmodified SEC inside this process on a virtual clock, feeding it a
# timed scenario.  Started by ./sec-oracle, not by hand.  See README.md.
use strict;
package main::Oracle;
use POSIX ();
no warnings 'once';
our ($now, @script, $win, $ticks, $raw, $lastT, $inited, $waitmax, $serial,
     $faketime, $bg, $waitfrom, $eof, $pend, $skipidle);

BEGIN {
  $now = $ENV{ORACLE_START}; $ticks = 0; $lastT = ''; $bg = {};
  $waitmax = $ENV{ORACLE_CHILD_WAIT}; $serial = $ENV{ORACLE_SERIAL};
  $faketime = $ENV{ORACLE_FAKETIME}; $skipidle = $ENV{ORACLE_SKIPIDLE};
  *CORE::GLOBAL::time = sub () {
    main::Oracle::init() unless $inited;
    # @skip: the clock moves when SEC polls its inputs, so the next line is handled before housekeeping
    if ($pend && ((caller(1))[3] // '') eq 'main::read_line') { my $p = $pend; $pend = 0; main::Oracle::setclock($now + $p) }
    $now };
  *CORE::GLOBAL::localtime = sub (;$) { my $t = @_ ? $_[0] : $now; CORE::localtime($t) };
  *CORE::GLOBAL::gmtime = sub (;$) { my $t = @_ ? $_[0] : $now; CORE::gmtime($t) };
  *CORE::GLOBAL::sleep = sub (;$) { my $n = @_ ? int($_[0]) : 0; setclock($now + $n); $n };
}

sub emit { my ($k, $s) = @_;
  my $t = $now + ($k eq 'I' ? $pend || 0 : 0);
  if ($lastT ne $t) { $lastT = $t; emit_raw("\x01T$t\x02") }
  emit_raw("\x01$k$s\x02"); }
# like print: bytes where all characters are bytes, else UTF-8
sub emit_raw { my $s = $_[0]; utf8::downgrade($s, 1) or utf8::encode($s); syswrite($raw, $s) }
sub setclock { $now = $_[0];
  if ($faketime) { my @t = CORE::gmtime($now);
    $ENV{FAKETIME} = POSIX::strftime('@%Y-%m-%d %H:%M:%S', @t) if 0;
    $ENV{FAKETIME} = POSIX::strftime('%Y-%m-%d %H:%M:%S', CORE::localtime($now)); }
}

# called at SEC's first time() - all its subs are compiled, nothing has run yet
sub init {
  $inited = 1;
  open($raw, '>>', $ENV{ORACLE_RAW}) or die "raw: $!"; binmode $raw;
  open(my $sf, '<', $ENV{ORACLE_SCRIPT}) or die "script: $!"; binmode $sf;
  @script = <$sf>; chomp @script; close $sf;
  pipe(my $r, $win) or die; CORE::select($win); $| = 1; CORE::select(STDOUT); $| = 1;
  POSIX::dup2(fileno($r), 0); close $r;
  if ($faketime) { $ENV{LD_PRELOAD} = $faketime; setclock($now) }
  delete @ENV{grep /^ORACLE_/, keys %ENV};
  # SEC's idle sleep is select(undef, undef, undef, $poll_timeout) in main_loop:
  # a tied $poll_timeout turns that read into our hook (nothing in SEC is patched)
  tie $main::poll_timeout, 'main::Oracle::Poll';
  no strict 'refs'; no warnings;
  *{'main::log_msg'} = sub { my $lvl = shift;
    return if $main::debuglevel < $lvl;
    emit("L$lvl", join(' ', @_)); };
  # mark the virtual time before anything SEC itself prints
  my $oa = \&main::execute_actionlist;
  *{'main::execute_actionlist'} = sub {
    if ($lastT ne $now) { $lastT = $now; emit_raw("\x01T$now\x02") }
    goto &$oa; };
  if ($serial) { for my $f (qw(exec_cmd pipe_cmd)) { my $o = \&{"main::$f"};
    *{"main::$f"} = sub { my $me = $$; my $pid = $o->(@_);
      # /proc tells us that the child has ended without reaping it for SEC
      my $end = $waitmax / 0.002;
      while ($end-- > 0) {
        open(my $p, '<', "/proc/$pid/stat") or last; my $l = <$p>; close $p;
        last if !defined $l || $l =~ /\) Z/;
        CORE::select(undef, undef, undef, 0.002); }
      $pid }; } }
}

# one second on, or, when SEC's own state shows that housekeeping has nothing to do before a later second, up to that second
sub step {
  my $n = 1;
  if ($ticks > 1 && $skipidle && !$main::tail && !$main::input_timeout && !$main::reopen_timeout && !$main::check_timeout && $main::cleantime < 2
      && !grep { @{ $_->{Context} } } @main::calendar) {
    my $next = $now + $ticks;
    if (@main::calendar) { my $m = $now + 60 - (CORE::localtime($now))[0]; $next = $m if $m < $next }
    for (values %main::context_list, values %main::corr_list) { next unless $_->{Window};
      my $t = $_->{Time} + $_->{Window} + 1; $next = $t if $t < $next }
    for (@main::pending_events) { $next = $_->[0] if $_->[0] < $next }
    $n = $next - $now if $next > $now;
  }
  $ticks -= $n; setclock($now + $n);
}

# SEC has nothing to do: advance the scenario by one step
sub idle {
  # let children that the scenario started finish first (real time, bounded)
  my @kids = grep { !$bg->{$_} } keys %main::children;
  if (@kids) {
    $waitfrom ||= CORE::time();
    if (CORE::time() - $waitfrom <= $waitmax) { CORE::select(undef, undef, undef, 0.002); return 0 }
    $bg->{$_} = 1 for @kids;
  }
  undef $waitfrom;
  if ($ticks > 0) { step(); return 0 }
  while (@script) {
    local $_ = shift @script;
    if (s/^\@\@/\@/ or !/^\@/) { emit('I', $_); syswrite($win, "$_\n"); return 0 }
    if (/^\@#/ or /^\@$/) { next }
    if (/^\@\+(\d+)$/) { next if !$1; $ticks = $1; step(); return 0 }
    if (/^\@skip\s+(-?\d+)$/) { $pend = ($pend || 0) + $1; next }
    if (/^\@jump\s+(-?\d+)$/) { setclock($now + $1); return 0 }
    if (/^\@at\s+(\d+)$/) { my $d = $1 - $now; next if $d <= 0; $ticks = $d; step(); return 0 }
    if (/^\@at\s+(\d+)-(\d+)-(\d+)[ T](\d+):(\d+)(?::(\d+))?$/) {
      my $d = POSIX::mktime($6||0, $5, $4, $3, $2-1, $1-1900, 0, 0, -1) - $now;
      next if $d <= 0; $ticks = $d; step(); return 0 }
    if (/^\@batch$/) { my $b = '';
      while (@script) { my $l = shift @script; last if $l eq '@end';
        if ($l =~ /^\@skip\s+(-?\d+)$/) { die "\@skip inside \@batch" }
        $l =~ s/^\@\@/\@/; emit('I', $l); $b .= "$l\n" }
      syswrite($win, $b); return 0 }
    if (/^\@partial (.*)$/) { emit('I', $1 . '<no-newline>'); syswrite($win, $1); return 0 }
    if (/^\@in (\S+) (.*)$/) { emit('I', "$1: $2"); open(my $f, '>>', $1) or die "$1: $!"; print $f "$2\n"; close $f; return 0 }
    if (/^\@sh (.*)$/) { emit('I', "sh: $1"); local $SIG{CHLD} = 'DEFAULT'; my $c = $1;
      my $pid = fork(); if (!$pid) { { exec('/bin/sh', '-c', $c) } POSIX::_exit(127) }
      waitpid($pid, 0); return 0 }
    if (/^\@(signal|kill)\s+(\w+)$/) { emit('I', "signal $2"); kill($2, $$); return 0 }
    if (/^\@idle(?:\s+(\d+))?$/) { unshift @script, ('@idle1') x (($1||1) - 1); return 0 }
    if (/^\@idle1$/) { return 0 }
    if (/^\@eof$/) { @script = (); last }
    die "sec-oracle: unknown directive: $_\n";
  }
  if ($win && !$eof) { $eof = 1; emit('I', '<EOF>'); close $win; return 0 }
  # tail mode: nothing is left to do, stop as SIGTERM would
  kill('TERM', $$) if $eof++ > 3;
  return 0;
}

package main::Oracle::Poll;
sub TIESCALAR { my $v = 0; bless \$v }
sub STORE { ${$_[0]} = $_[1] }
sub FETCH { if (((caller(1))[3] // '') eq 'main::main_loop') { main::Oracle::idle(); return 0 } ${$_[0]} }

package main;
my $__sec = shift @ARGV;
unless (defined(do $__sec)) { die "cannot run $__sec: " . ($@ || $!) . "\n" }
