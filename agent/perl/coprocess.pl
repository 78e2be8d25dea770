#!/usr/bin/perl -w
#
# The Perl side of nagtail: runs the Perl code of rules in one interpreter that
# lives as long as the rules do. It reads request frames from file descriptor 3
# and writes one answer frame for each to file descriptor 4; perl-frames.ts
# describes frames, perl-coprocess.ts what is asked and answered.
#
# Arguments: the text of $0, the number of the first reference, whether time is
# virtual (1) or the machine's (0), and nagtail's process id.
#
# Works with Perl 5.8: no //, no say, no given.

# Code of rules is compiled here: in package main::SEC, without pragmas (so that
# only -w, under which SEC runs, decides about warnings), with no lexical variable
# in sight and an empty @_.
package main::SEC;

sub Nagtail::run_code { eval $Nagtail::code }

sub Nagtail::compile_regex { qr/$Nagtail::code/ }

# Groups and names of a match, or nothing. By offsets and not by $1 and $&: they
# can be looped over, and $& slows all matching down in old versions of Perl.
sub Nagtail::match_regex {
    return unless $_[1] =~ $_[0];
    my @groups = map {
        defined $-[$_] && defined $+[$_]
            ? substr($_[1], $-[$_], $+[$_] > $-[$_] ? $+[$_] - $-[$_] : 0)
            : undef
    } 0 .. $#+;
    return (\@groups, {%+});
}

package Nagtail;

use strict;
no warnings;
use POSIX ();
# Rule code may count on what SEC itself has loaded: POSIX above, and these.
use Fcntl      ();
use IO::Handle ();
use Socket     ();

# What one call may print. Beyond it print fails, as on a full disk.
use constant MAX_PRINTED_BYTES => 16 * 1024 * 1024;
# The largest answer; perl-frames.ts has the same limit. Beyond it the call is a fault.
use constant MAX_FRAME_BYTES => 256 * 1024 * 1024;
# References that nagtail holds at a time. Beyond it a call that gives one is a fault.
use constant MAX_REFERENCES => 1_000_000;
use constant READ_BYTES     => 65_536;

our $code;
my ($requests, $answers, $real_stdout);
my $process;                 # our process id, to tell us from our forked children
my $printed = '';            # what rule code printed since the last answer
my $ending = 0;              # nagtail has closed our input: nobody reads answers
my %held;                    # references that nagtail knows, by number
my $next_reference = 1;
my $virtual_time;

# Defined before any code of rules, and so the last of all END blocks: tells
# nagtail that rule code has called exit.
END {
    if (defined $process && $$ == $process && !$ending) {
        my $status = $?;
        send_frame('x', $status);
        $? = $status;
    }
}

# A forked child must not hold our pipes: nagtail learns of our end by them.
BEGIN {
    *CORE::GLOBAL::fork = sub () {
        my $child = CORE::fork();
        if (defined $child && $child == 0) {
            close $requests;
            close $answers;
        }
        return $child;
    };
}

sub main {
    my ($name, $first_reference, $is_virtual, $nagtail) = @_;
    end_with($nagtail);
    @ARGV = ();
    $0 = $name;
    $next_reference = $first_reference;
    use_virtual_time() if $is_virtual;
    open $requests, '<&=3' or die "cannot open requests: $!\n";
    open $answers, '>&=4' or die "cannot open answers: $!\n";
    open $real_stdout, '>&=1' or die "cannot open standard output: $!\n";
    binmode $_ for $requests, $answers, $real_stdout;
    # Programs that rule code starts must not hold our pipes either.
    fcntl $_, &Fcntl::F_SETFD, &Fcntl::FD_CLOEXEC for $requests, $answers;
    # Signals to the process group are meant for nagtail, which ends us by closing
    # our input. Not 'IGNORE', because the programs that we start would inherit it.
    $SIG{$_} = sub { } for qw(ABRT HUP INT TERM USR1 USR2);
    $SIG{PIPE} = 'IGNORE';    # as in SEC
    tie *STDOUT, 'Nagtail::Stdout';
    $process = $$;
    while (defined(my $frame = read_frame())) {
        my @answer = answer($frame);
        POSIX::_exit(0) if $$ != $process;    # a child that rule code did not end
        send_frame(@answer);
    }
    $ending = 1;
    untie *STDOUT;    # so that END blocks of modules print to the real one
}

# Lets the kernel end us with the thread that has started us. When nagtail is killed
# the end of our input says so, but code that never ends would never see it.
sub end_with {
    my ($parent) = @_;
    require Config;
    my ($machine) = split /-/, $Config::Config{archname};
    # prctl(2) has another number on each machine.
    my %numbers = (
        x86_64 => 157, aarch64 => 167, riscv64 => 167, loongarch64 => 167, powerpc64le => 171,
        s390x => 172, i386 => 172, i486 => 172, i586 => 172, i686 => 172, arm => 172,
    );
    my $number = $numbers{$machine};
    # PR_SET_PDEATHSIG
    syscall $number, 1, &POSIX::SIGKILL if defined $number;
    # It may have ended before.
    POSIX::_exit(0) if getppid() != $parent;
}

sub use_virtual_time {
    no strict 'refs';
    # With return, lest Perl takes the variable for a constant.
    *{'CORE::GLOBAL::time'}      = sub () { return $virtual_time };
    *{'CORE::GLOBAL::localtime'} = sub (;$) { CORE::localtime(@_ ? $_[0] : $virtual_time) };
    *{'CORE::GLOBAL::gmtime'}    = sub (;$) { CORE::gmtime(@_ ? $_[0] : $virtual_time) };
    *{'CORE::GLOBAL::sleep'} = sub (;$) {
        my $seconds = @_ ? int $_[0] : 0;
        $virtual_time += $seconds;
        return $seconds;
    };
}

# The body of the next request; undef when nagtail has closed its end.
my $read = '';

sub read_frame {
    for (;;) {
        if (length $read >= 4) {
            my $length = unpack 'V', $read;
            if (length $read >= 4 + $length) {
                my $frame = substr $read, 4, $length;
                substr($read, 0, 4 + $length) = '';
                return $frame;
            }
        }
        my $count = sysread $requests, $read, READ_BYTES, length $read;
        next if !defined $count && $! == &POSIX::EINTR;
        return undef unless $count;
    }
}

# Sends an answer: its kind, what was printed, and its items.
sub send_frame {
    my ($kind, @items) = @_;
    my $frame;
    if (!eval { $frame = $kind . encode($printed, @items); 1 }) {
        $frame = fault_frame(error_text($@));
    } elsif (length $frame > MAX_FRAME_BYTES) {
        $frame = fault_frame("the values are larger than ${\MAX_FRAME_BYTES} bytes\n");
    }
    $printed = '';
    $frame = pack 'V/a*', $frame;
    my $sent = 0;
    while ($sent < length $frame) {
        my $count = syswrite $answers, $frame, length($frame) - $sent, $sent;
        next if !defined $count && $! == &POSIX::EINTR;
        last unless $count;    # nagtail is gone; the next read will say so
        $sent += $count;
    }
}

sub fault_frame { 'f' . encode($printed, $_[0]) }

# Items as tags and payloads.
sub encode {
    my $tags = '';
    my @payloads;
    for my $item (@_) {
        if (!defined $item) {
            $tags .= 'u';
            push @payloads, '';
        } elsif (ref $item) {
            my ($tag, $payload) = encode_reference($item);
            $tags .= $tag;
            push @payloads, $payload;
        } else {
            $tags .= 's';
            push @payloads, utf8::is_utf8($item) ? bytes($item) : $item;
        }
    }
    return pack '(V/a*)*', $tags, @payloads;
}

sub encode_reference {
    my ($reference) = @_;
    my $type = ref $reference;
    return ('l', encode(@{$reference->[0]})) if $type eq 'Nagtail::List';
    return ('h', encode(flat_entries($reference->[0]))) if $type eq 'Nagtail::Hash';
    die "nagtail holds ${\MAX_REFERENCES} references to Perl data already\n"
        if keys %held >= MAX_REFERENCES;
    my $number = $next_reference++;
    $held{$number} = $reference;
    return ('r', encode($number, 'CODE', "$reference")) if $type eq 'CODE';
    return ('r', encode($number, 'other', "$reference")) if $type ne 'HASH';
    return ('r', encode($number, 'HASH', "$reference", bless [$reference], 'Nagtail::Hash'));
}

# Keys and values in turn, references in them as their text.
sub flat_entries {
    my ($hash) = @_;
    return map { ($_, defined $hash->{$_} ? "$hash->{$_}" : undef) } keys %$hash;
}

# Text as bytes, as print gives it: wide characters as UTF-8.
sub bytes {
    my $text = "$_[0]";
    utf8::downgrade($text, 1) or utf8::encode($text);
    return $text;
}

# Tags and payloads as Perl values.
sub decode {
    my ($tags, @items) = @_;
    my $index = 0;
    for my $item (@items) {
        my $tag = substr $tags, $index++, 1;
        next if $tag eq 's';
        if    ($tag eq 'u') { $item = undef }
        elsif ($tag eq 'l') { $item = [decode(unpack '(V/a*)*', $item)] }
        elsif ($tag eq 'h') { $item = {decode(unpack '(V/a*)*', $item)} }
        else                { $item = $held{(unpack '(V/a*)*', $item)[1]} }
    }
    return @items;
}

# Does what a request asks; gives the kind of the answer and its items.
sub answer {
    my ($kind, $tags, $now, $released, @items) = unpack 'a (V/a*)*', $_[0];
    $virtual_time = $now if length $now;
    delete @held{split / /, $released} if length $released;
    return perform($kind, $items[0]) if $kind eq 'e' || $kind eq 'E';
    if ($kind eq 'c' || $kind eq 'C') {
        my $target = $held{shift @items};
        return ('f', "nagtail called a reference that is not code\n") if ref $target ne 'CODE';
        $tags = substr $tags, 3;
        @items = decode($tags, @items) if $tags =~ tr/s//c;
        return perform($kind, $target, \@items);
    }
    return answer_regex($kind, @items);
}

# Runs code: e evaluates a text, c calls a function; upper case in list context.
sub perform {
    my ($kind, $target, $arguments) = @_;
    my ($entered, $done, @values) = (0, 0);
    # A next, last or redo without a loop in rule code finds this block, and must
    # not find the loop that reads requests.
    {
        last if $entered++;
        if ($kind eq 'e' || $kind eq 'E') {
            $code = $target;
            if   ($kind eq 'e') { $values[0] = run_code() }
            else                { @values    = run_code() }
            return ('f', error_text($@)) if ref $@ || $@ ne '';
        } else {
            eval {
                if   ($kind eq 'c') { $values[0] = $target->(@$arguments) }
                else                { @values    = $target->(@$arguments) }
                1;
            } or return ('f', error_text($@));
        }
        $done = 1;
    }
    return $done ? ('v', @values) : ('f', "Can't leave a loop that is not in the code\n");
}

# What $@ says; it may be an object of rule code with a text of its own.
sub error_text {
    my ($error) = @_;
    my $text = eval { bytes($error) };
    return defined $text ? $text : 'an error object without a text';
}

# q compiles a regular expression, m matches one.
sub answer_regex {
    my ($kind, $first, $text) = @_;
    if ($kind eq 'q') {
        $code = $first;
        my $regex = eval { compile_regex() };
        return ('v', $regex) if defined $regex;
        (my $fault = error_text($@)) =~ s/ at \Q${\__FILE__}\E line \d+\.?\n\z//;
        return ('f', $fault);
    }
    my $regex = $held{$first};
    my @found = eval { match_regex($regex, $text) };
    return ('f', error_text($@)) if ref $@ || $@ ne '';
    return 'n' unless @found;
    return ('m', bless([$found[0]], 'Nagtail::List'), bless([$found[1]], 'Nagtail::Hash'));
}

# What rule code sees as STDOUT: collects, for nagtail to write in the order of
# its own output. Programs that rule code starts have the real one.
package Nagtail::Stdout;

my $encodes_utf8 = 0;

sub TIEHANDLE { bless {}, $_[0] }

sub PRINT {
    shift;
    return emit(join(defined $, ? $, : '', @_) . (defined $\ ? $\ : ''));
}

sub PRINTF {
    my (undef, $format, @arguments) = @_;
    return emit(sprintf $format, @arguments);
}

sub WRITE {
    my (undef, $data, $length, $offset) = @_;
    my $part = substr $data, $offset || 0, defined $length ? $length : length $data;
    return emit($part) ? length $part : undef;
}

sub BINMODE {
    $encodes_utf8 = defined $_[1] && $_[1] =~ /utf-?8/i ? 1 : 0;
    return 1;
}

# Rule code that sends STDOUT elsewhere has it from then on as in any program.
sub OPEN {
    my (undef, $mode, @rest) = @_;
    untie *STDOUT;
    return @rest ? open(STDOUT, $mode, @rest) : open(STDOUT, $mode);
}
sub CLOSE  { 1 }
sub FILENO { 1 }
sub EOF    { 1 }

sub emit {
    my ($text) = @_;
    if ($encodes_utf8) {
        utf8::encode($text);
    } elsif (!utf8::downgrade($text, 1)) {
        warn 'Wide character in print';
        utf8::encode($text);
    }
    return syswrite $real_stdout, $text if $$ != $process;    # a forked child
    if (length($printed) + length $text > Nagtail::MAX_PRINTED_BYTES) {
        $! = &POSIX::EFBIG;
        return 0;
    }
    $printed .= $text;
    return 1;
}

Nagtail::main(@ARGV);
