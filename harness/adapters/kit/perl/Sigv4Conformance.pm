# What adapters of sigv4-conformance in Perl have in common: the lines of the protocol, its bytes, the clock.
# Copy this file next to your adapter, and load it before your signer; it needs Perl 5.20 and nothing else:
#
#     use FindBin; use lib $FindBin::Bin;
#     use Sigv4Conformance qw(bytes serve);
#     use My::Signer;
#     serve({ name => 'my-signer', version => $My::Signer::VERSION, roles => ['sign-header'], profiles => ['generic'] },
#         sign => sub {
#             my ($question) = @_;
#             Sigv4Conformance->unsupported('it always signs the body') if $question->{payload} ne 'signed';
#             my ($given, $keys) = @{$question}{qw(request credentials)};
#             my $request = HTTP::Request->new(bytes($given->{method}), 'https://host' . bytes($given->{target}),
#                 [map { bytes($_) } map { @$_ } @{ $given->{headers} }], bytes($given->{body}));
#             My::Signer->new(bytes($keys->{access_key_id}), bytes($keys->{secret_access_key}))->sign($request);
#             return { request => { method => $request->method, target => $request->uri->path_query,
#                 headers => Sigv4Conformance::pairs($request->headers->flatten) } };
#         });
#
# `serve($hello, %operations)` has a sub for each `op`, which takes the question and returns the answer. `seq` is added,
# and `result` where there is only one ("signed" for `sign`); `verify` returns { result => 'accept' }, or
# { result => 'reject', detail => '...' }. Call `unsupported` or `unrepresentable` with the reason for an answer of that
# kind; anything else that dies becomes an `error`. Without a sub of its own, `sign-sequence` calls `sign` for one call
# after the other. The strings of `request` and `stages` are bytes, and sent as base64 if they are not UTF-8.
#
# While a question is open, `time`, `gmtime` and `localtime` give the time of the question, in all modules that are
# loaded after this one. A request that was signed at another time becomes an `error`: then the subject has a clock of
# its own.
package Sigv4Conformance;
use strict;
use warnings;

our $now;    # seconds since 1970, or undef for the system's clock
my @times;   # of the calls of the question: one may repeat the time of another, which is for the judge to see

BEGIN {
    no warnings 'once';
    *CORE::GLOBAL::time      = sub () { $now // CORE::time() };
    *CORE::GLOBAL::gmtime    = sub (;$) { CORE::gmtime($_[0] // $now // CORE::time()) };
    *CORE::GLOBAL::localtime = sub (;$) { CORE::localtime($_[0] // $now // CORE::time()) };
}

use Encode ();
use Exporter 'import';
use IO::Handle;
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64);
use Time::Local 'timegm';

our @EXPORT_OK = qw(bytes pairs serve text);

my %RESULTS = (
    'sign' => 'signed', 'sign-sequence' => 'signed-sequence', 'sign-chunks' => 'signed-chunks',
    'sign-events' => 'signed-events', 'sign-v4a' => 'signed-v4a', 'sign-post-policy' => 'signed-post-policy',
    'sign-legacy' => 'signed-legacy', 'sign-v4a-chunks' => 'signed-v4a-chunks', 'token' => 'token',
    'derive-key' => 'derived', 'derive-key-pair' => 'derived-key-pair',
);

# The subject's interface has no way to request this.
sub unsupported { die { result => 'unsupported', detail => $_[-1] } }

# The subject's interface cannot hold this input, or refuses it on purpose.
sub unrepresentable { die { result => 'unrepresentable', detail => $_[-1] } }

# Bytes of the protocol, a string or an object with base64, as a string of bytes.
sub bytes {
    my ($value) = @_;
    return decode_base64($value->{base64}) if ref $value;
    utf8::encode($value);
    return $value;
}

# Bytes of the protocol as a string of characters.
sub text {
    return decoded(bytes($_[0])) // unrepresentable('the subject takes text, and this is not UTF-8');
}

# The characters of bytes, or undef if they are not UTF-8.
sub decoded { return eval { Encode::decode('UTF-8', $_[0], Encode::FB_CROAK | Encode::LEAVE_SRC) } }

# A flat list of names and values, as the pairs of an answer.
sub pairs {
    my @flat = @_;
    my @pairs;
    push @pairs, [splice @flat, 0, 2] while @flat;
    return \@pairs;
}

# Calls the operation at the time of the question, and checks that what it signed carries that time.
sub timed {
    my ($operation, $question) = @_;
    my @parts = ($question->{time} // '') =~ /^(....)(..)(..)T(..)(..)(..)Z$/;
    local $now = timegm(@parts[5, 4, 3, 2], $parts[1] - 1, $parts[0]) if @parts;
    my $answer = $operation->($question);
    return $answer if !$question->{placement} || (my @given = dates($question->{request}));
    my @signed = dates($answer->{request});
    my %is_asked = map { $_ => 1 } @times;
    die "signed at $signed[0], though the clock was set to $question->{time}\n"
        if @signed && !grep { $is_asked{$_} } @signed;
    return $answer;
}

# The dates of a request that a signer can have set.
sub dates {
    my ($request) = @_;
    my @headers = map { bytes($_->[1]) } grep { bytes($_->[0]) =~ /^(x-amz-)?date$/i } @{ $request->{headers} };
    return @headers, bytes($request->{target}) =~ /[?&]X-Amz-Date=([^&]*)/gi;
}

# The bytes of an answer in the form of the protocol.
sub encode {
    my ($value) = @_;
    return { map { $_ => encode($value->{$_}) } keys %$value } if ref $value eq 'HASH';
    return [map { encode($_) } @$value] if ref $value eq 'ARRAY';
    return $value if ref $value || !defined $value || $value =~ /^\d+$/;
    my $string = "$value";
    utf8::encode($string) if !utf8::downgrade($string, 1);
    return decoded($string) // { base64 => encode_base64($string, '') };
}

# Greets with `$hello`, then answers questions with `%operations` until the input ends.
sub serve {
    my ($hello, %operations) = @_;
    my $greeting = { op => 'hello', protocol => 1, language => sprintf('Perl %vd', $^V), %$hello };
    $operations{'sign-sequence'} //= sub {
        return { calls => [map { timed($operations{sign}, $_) } @{ $_[0]{calls} }] };
    } if $operations{sign} && grep { $_ eq 'sign-sequence' } @{ $hello->{roles} };
    my $json = JSON::PP->new->utf8;
    open my $answers, '>&', \*STDOUT or die "standard output: $!";
    $answers->autoflush(1);
    open STDOUT, '>&', \*STDERR or die "standard output: $!";    # it belongs to the protocol
    while (my $line = <STDIN>) {
        my $question = $json->decode($line);
        my $answer   = $question->{op} eq 'hello' ? $greeting : answer($question, \%operations);
        print {$answers} $json->encode($answer), "\n";
    }
}

sub answer {
    my ($question, $operations) = @_;
    my ($op, $seq) = @{$question}{qw(op seq)};
    @times = map { $_->{time} // '' } @{ $question->{calls} // [$question] };
    my $answer = eval {
        my $operation = $operations->{$op} || unsupported("no operation $op");
        my $given = encode(timed($operation, $question));
        { result => $RESULTS{$op}, %$given };
    } || (ref $@ eq 'HASH' ? $@ : { result => 'error', detail => "$@" });
    return { seq => $seq, %$answer };
}

1;
