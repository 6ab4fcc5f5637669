# The signer of Net::Amazon::S3 (Perl), as Debian packages it, behind the sigv4-conformance protocol.
#
# It signs an HTTP::Request, whose URI class escapes what a URI cannot hold, and takes the time from the header
# X-Amz-Date and the payload line from X-Amz-Content-Sha256, which it adds if there is none. A presigned URL signs the
# host alone, by the system's clock, which the kit sets. The session token is left to the classes around it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../kit/perl";
use Sigv4Conformance qw(bytes pairs serve);
use HTTP::Request;
use Net::Amazon::S3::Signature::V4Implementation;

# The signer, with what two of its methods return kept in %stages.
our %stages;
package ShowingStages {
    our @ISA = 'Net::Amazon::S3::Signature::V4Implementation';
    sub _canonical_request { return $main::stages{canonical_request} = shift->SUPER::_canonical_request(@_) }
    sub _string_to_sign { return $main::stages{string_to_sign} = shift->SUPER::_string_to_sign(@_) }
}

$HTTP::Headers::TRANSLATE_UNDERSCORE = 0;

sub sign {
    my ($question) = @_;
    %stages = ();
    my ($given, $keys, $payload) = @{$question}{qw(request credentials payload)};
    my $presigned = $question->{placement} eq 'query';
    Sigv4Conformance->unsupported('the path is that of S3') if $question->{double_encode} || $question->{normalize};
    Sigv4Conformance->unsupported('the signer takes no session token') if defined $keys->{session_token};
    Sigv4Conformance->unsupported("payload $payload") if $payload ne 'signed' && $payload ne 'unsigned';
    Sigv4Conformance->unsupported('a presigned URL leaves out the body') if $presigned && $payload eq 'signed';
    my ($host) = map { bytes($_->[1]) } grep { lc bytes($_->[0]) eq 'host' } @{ $given->{headers} };
    Sigv4Conformance->unrepresentable('without a Host header it takes that of its URI') if !defined $host;
    my $request = eval {
        HTTP::Request->new(bytes($given->{method}), "https://$host" . bytes($given->{target}),
            [map { bytes($_) } map { @$_ } @{ $given->{headers} }], bytes($given->{body}));
    } or Sigv4Conformance->unrepresentable("HTTP::Request: $@");
    my $signer = ShowingStages->new(
        map { bytes($_) } @{$keys}{qw(access_key_id secret_access_key)}, @{$question}{qw(region service)});
    my $target;
    if ($presigned) {
        $target = $signer->sign_uri($request->uri, $question->{expires}, $request->method) =~ s{^https://[^/?]*}{}r;
    } else {
        $request->header('X-Amz-Date' => $question->{time}) if !defined $request->header('X-Amz-Date');
        $request->header('X-Amz-Content-Sha256' => 'UNSIGNED-PAYLOAD') if $payload eq 'unsigned';
        $signer->sign($request);
        $target = $request->uri->path_query;
    }
    return { request => { method => $request->method, target => $target,
        headers => pairs($request->headers->flatten) }, stages => {%stages} };
}

serve({ name => 'net-amazon-s3', version => $Net::Amazon::S3::Signature::V4Implementation::VERSION,
    roles => ['sign-header', 'sign-query', 'sign-sequence'], profiles => ['s3'],
    features => ['content-sha256-header', 'duplicate-headers', 'unsigned-payload'] }, sign => \&sign);
