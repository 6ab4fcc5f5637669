# AWS::Signature4 (Perl), as Debian packages it, behind the sigv4-conformance protocol.
#
# It signs an HTTP::Request, whose URI class escapes what a URI cannot hold, for the service that it reads from the
# host of the URI, which is set to name the service here; the Host header is given. It takes the time from the header
# x-amz-date. A path is signed as it is. signed_url() takes region and host from its URL, and no headers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../kit/perl";
use Sigv4Conformance qw(bytes pairs serve);
use HTTP::Request;
use AWS::Signature4;

# The signer, with its string to sign kept in %stages.
our %stages;
package ShowingStages {
    our @ISA = 'AWS::Signature4';
    sub _string_to_sign { return $main::stages{string_to_sign} = shift->SUPER::_string_to_sign(@_) }
}

$HTTP::Headers::TRANSLATE_UNDERSCORE = 0;

sub sign {
    my ($question) = @_;
    %stages = ();
    my ($given, $keys, $payload) = @{$question}{qw(request credentials payload)};
    my ($service, $region) = map { bytes($_) } @{$question}{qw(service region)};
    Sigv4Conformance->unsupported('a path is not normalised alone')
        if $question->{normalize} && !$question->{double_encode};
    Sigv4Conformance->unsupported('signed_url() takes its host for that of the service')
        if $question->{placement} eq 'query';
    Sigv4Conformance->unsupported('in a header the session token is left to the caller')
        if defined $keys->{session_token};
    Sigv4Conformance->unsupported("payload $payload") if $payload ne 'signed' && $payload ne 'unsigned';
    Sigv4Conformance->unrepresentable('the service is a part of the host') if $service !~ /^\w+$/;
    my $request = eval {
        my $url = "https://$service.us-east-1.amazonaws.com" . bytes($given->{target});
        HTTP::Request->new(bytes($given->{method}), $url,
            [map { bytes($_) } map { @$_ } @{ $given->{headers} }], bytes($given->{body}));
    } or Sigv4Conformance->unrepresentable("HTTP::Request: $@");
    Sigv4Conformance->unrepresentable('without a Host header it takes that of its URI')
        if !defined $request->header('Host');
    $request->header('x-amz-date' => $question->{time}) if !defined $request->header('x-amz-date');
    my $hash = $payload eq 'unsigned' ? 'UNSIGNED-PAYLOAD' : Digest::SHA::sha256_hex($request->content);
    $request->header('x-amz-content-sha256' => $hash) if $question->{content_sha256_header} || $payload eq 'unsigned';
    my $signer = ShowingStages->new(-access_key => bytes($keys->{access_key_id}),
        -secret_key => bytes($keys->{secret_access_key}));
    $signer->sign($request, $region, $payload eq 'unsigned' ? $hash : undef);
    return { request => { method => $request->method, target => $request->uri->path_query,
        headers => pairs($request->headers->flatten) }, stages => {%stages} };
}

serve({ name => 'aws-signature4-perl', version => $AWS::Signature4::VERSION, roles => ['sign-header', 'sign-sequence'],
    profiles => ['generic', 's3'], features => ['content-sha256-header', 'duplicate-headers',
    'unnormalized-double-encoded', 'unsigned-payload'] }, sign => \&sign);
