# Does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why.
use strict;
use warnings;

use Encode qw(decode_utf8);
use IO::Handle;

# Calls the operation that a line names with the other words of the line, which tabs separate. One that returns nothing
# has failed, and the second argument says why.
sub answer {
    my ($operations, $why) = @_;
    open my $answers, '>&', \*STDOUT or die $!;
    open STDOUT, '>&', \*STDERR or die $!;
    $answers->autoflush(1);
    while (my $line = <STDIN>) {
        chomp $line;
        my ($operation, @words) = map { decode_utf8($_) } split /\t/, $line;
        my $done = eval { $operations->{$operation}->(@words) };
        my $message = $@ || (defined $done && $done ? '' : $why->() || 'no answer');
        utf8::encode($message) if utf8::is_utf8($message);
        $message =~ s/\s+/ /g;
        print {$answers} $message ? "failed\t$message\n" : "ok\n";
    }
}

1;
