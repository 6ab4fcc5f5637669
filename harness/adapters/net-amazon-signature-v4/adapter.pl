# Net::Amazon::Signature::V4 (Perl), as Debian packages it, behind the sigv4-conformance protocol.
#
# It signs an HTTP::Request, whose URI class escapes what a URI cannot hold. It takes the time from the header
# X-Amz-Date, and the payload line from X-Amz-Content-Sha256, which it adds if there is none. A path is always
# normalised, and encoded unless the service is named s3. Nothing is presigned.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../kit/perl";
use Sigv4Conformance qw(bytes pairs serve);
use HTTP::Request;
use Net::Amazon::Signature::V4;

# The signer, with what two of its methods return kept in %stages.
our %stages;
package ShowingStages {
    our @ISA = 'Net::Amazon::Signature::V4';
    sub _canonical_request { return $main::stages{canonical_request} = shift->SUPER::_canonical_request(@_) }
    sub _string_to_sign { return $main::stages{string_to_sign} = shift->SUPER::_string_to_sign(@_) }
}

$HTTP::Headers::TRANSLATE_UNDERSCORE = 0;

sub sign {
    my ($question) = @_;
    %stages = ();
    my ($given, $keys, $payload) = @{$question}{qw(request credentials payload)};
    my $service = bytes($question->{service});
    Sigv4Conformance->unsupported('a path is encoded unless the service is s3')
        if $question->{double_encode} == (lc $service eq 's3');
    Sigv4Conformance->unsupported('the session token is always signed')
        if defined $keys->{session_token} && !$question->{session_token_signed};
    Sigv4Conformance->unsupported("payload $payload") if $payload ne 'signed' && $payload ne 'unsigned';
    my $request = eval {
        HTTP::Request->new(bytes($given->{method}), 'https://example.amazonaws.com' . bytes($given->{target}),
            [map { bytes($_) } map { @$_ } @{ $given->{headers} }], bytes($given->{body}));
    } or Sigv4Conformance->unrepresentable("HTTP::Request: $@");
    Sigv4Conformance->unrepresentable('without a Host header it takes that of its URI')
        if !defined $request->header('Host');
    $request->header('X-Amz-Date' => $question->{time}) if !defined $request->header('X-Amz-Date');
    $request->header('X-Amz-Content-Sha256' => 'UNSIGNED-PAYLOAD') if $payload eq 'unsigned';
    my $signer = ShowingStages->new({
        access_key_id => bytes($keys->{access_key_id}),
        secret => bytes($keys->{secret_access_key}),
        endpoint => bytes($question->{region}),
        service => $service,
        defined $keys->{session_token} ? (security_token => bytes($keys->{session_token})) : (),
    });
    $signer->sign($request);
    return { request => { method => $request->method, target => $request->uri->path_query,
        headers => pairs($request->headers->flatten) }, stages => {%stages} };
}

serve({ name => 'net-amazon-signature-v4', version => $Net::Amazon::Signature::V4::VERSION,
    roles => ['sign-header', 'sign-sequence'], profiles => ['generic', 's3'],
    features => ['content-sha256-header', 'duplicate-headers', 'session-token', 'unsigned-payload'] }, sign => \&sign);
