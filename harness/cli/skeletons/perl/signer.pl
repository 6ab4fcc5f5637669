# my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Sigv4Conformance qw(bytes pairs serve text);    # before your signer: it replaces the clock

my %HELLO = (
    name     => 'my-signer',
    version  => '0.1.0',
    roles    => ['sign-header'],                     # and 'sign-query', if it presigns URLs
    profiles => ['generic', 's3'],
    features => [],                                  # what else it can do, such as 'session-token'
);

sub sign {
    my ($question) = @_;

    # YOUR SIGNER GOES HERE. While it runs, `time` gives the time of the question. For example:
    #
    #     Sigv4Conformance->unsupported('it does not presign') if $question->{placement} ne 'header';
    #     Sigv4Conformance->unsupported('it always signs the body') if $question->{payload} ne 'signed';
    #     my ($request, $keys) = @{$question}{qw(request credentials)};
    #     my @headers = map { bytes($_) } map { @$_ } @{ $request->{headers} };
    #     push @headers, My::Signer->new(bytes($keys->{access_key_id}), bytes($keys->{secret_access_key}),
    #         bytes($question->{region}), bytes($question->{service}))
    #         ->sign(bytes($request->{method}), bytes($request->{target}), \@headers, bytes($request->{body}));
    #     return { request => { method => bytes($request->{method}), target => bytes($request->{target}),
    #         headers => pairs(@headers) } };
    #
    # {normalize} and {double_encode} say how the path becomes canonical. Call `unsupported` where your signer has no
    # way to do what is asked, and `unrepresentable` where it cannot hold the request.
    return Sigv4Conformance->unsupported('no signer yet');
}

serve(\%HELLO, sign => \&sign);
