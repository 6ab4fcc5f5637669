# my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Sigv4Conformance qw(bytes serve text);    # before your verifier: it replaces the clock

my %HELLO = (
    name     => 'my-verifier',
    version  => '0.1.0',
    roles    => ['verify'],
    profiles => ['generic', 's3'],
    features => [],                            # what else it can do, such as 'session-token'
);

sub verify {
    my ($question) = @_;

    # YOUR VERIFIER GOES HERE. While it runs, `time` gives the time of the question. For example:
    #
    #     my $request = $question->{request};
    #     my @headers = map { bytes($_) } map { @$_ } @{ $request->{headers} };
    #     my @keys = grep { $_->{active} } @{ $question->{keys} };
    #     my $problem = My::Verifier->new(\@keys, bytes($question->{region}), bytes($question->{service}))
    #         ->verify(bytes($request->{method}), bytes($request->{target}), \@headers, bytes($request->{body}));
    #     return $problem ? { result => 'reject', detail => $problem } : { result => 'accept' };
    #
    # Call `unsupported` where your verifier has no way to do what is asked (chunks, forms, SigV4A, derived keys), and
    # `unrepresentable` where it cannot hold the request.
    return Sigv4Conformance->unsupported('no verifier yet');
}

serve(\%HELLO, verify => \&verify);
