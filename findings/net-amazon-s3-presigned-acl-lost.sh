#!/usr/bin/env bash
# Net::Amazon::S3: a presigned URL for `?acl` or `?tagging` is one for the object itself.
#
# Package (Debian): libnet-amazon-s3-perl 0.991 (CPAN: Net::Amazon::S3), with its signer for Signature Version 4.
#
# Seen: query_string_authentication_uri() of Net::Amazon::S3::HTTPRequest, asked for `bucket/key?acl`, returns a URL
# without `acl`, with a signature that is right for that URL. It reads the object in place of its permissions. Made
# for PUT and `?tagging`, it is a URL that replaces the object, with the XML of the tags as its content. Written
# `?acl=`, or next to a parameter with a value (`?acl&versionId=3`), the name stays: the signer adds its parameters
# through the class URI, which takes a query without any equals sign for keywords and does not keep them.
#
# Why it surprises: the URL works, so that no 403 says that it is a URL for something else. http_request(), which
# signs in a header, keeps `?acl`.
# Says otherwise: the package's documentation: the method "creates, signs and returns a query string authentication
# URI" of the request. The S3 API documentation ("GetObjectAcl", "PutObjectTagging") writes these parameters without a
# value.
#
# For a user: write `?acl=` with an equals sign, and look for the name in the URL before handing it out.
set -euo pipefail
command -v perl >/dev/null || { echo "skipped: needs perl"; exit 2; }
perl -MNet::Amazon::S3 -e 'exit($Net::Amazon::S3::VERSION ne "0.991")' 2>/dev/null ||
    { echo "skipped: needs the Debian package libnet-amazon-s3-perl 0.991"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
cat > run.pl <<'PL'
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use Net::Amazon::S3;
use Net::Amazon::S3::HTTPRequest;

my ($id, $secret) = ('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
my $s3 = Net::Amazon::S3->new(aws_access_key_id => $id, aws_secret_access_key => $secret,
    authorization_method => 'Net::Amazon::S3::Signature::V4');
my $bucket = $s3->bucket({ bucket => 'bucket', region => 'us-east-1' });

# Whether the signature of a presigned URL is the one for this very URL.
sub right {
    my ($method, $url) = @_;
    my ($host, $path, $query, $sent) = $url =~ m{^https://([^/]+)([^?]+)\?(.*)&X-Amz-Signature=(\w+)$} or die $url;
    my ($date) = $query =~ /X-Amz-Date=(\w+)/ or die $url;
    my $sorted = join '&', sort split /&/, $query;
    my $canonical = join "\n", $method, $path, $sorted, "host:$host", '', 'host', 'UNSIGNED-PAYLOAD';
    my @scope = (substr($date, 0, 8), 'us-east-1', 's3', 'aws4_request');
    my $key = "AWS4$secret";
    $key = hmac_sha256($_, $key) for @scope;
    my $text = join "\n", 'AWS4-HMAC-SHA256', $date, join('/', @scope), sha256_hex($canonical);
    return hmac_sha256_hex($text, $key) eq $sent ? 'right' : 'wrong';
}

for my $asked (['GET', 'key?acl'], ['PUT', 'key?tagging'], ['GET', 'key?acl='], ['GET', 'key?acl&versionId=3']) {
    my ($method, $path) = @$asked;
    my $request = Net::Amazon::S3::HTTPRequest->new(
        s3 => $s3, bucket => $bucket, region => 'us-east-1', method => $method, path => "bucket/$path");
    my $url = $request->query_string_authentication_uri(time + 60);
    my $own = join '&', grep { !/^X-Amz-/ } split /&/, $url =~ s/^[^?]*\?//r;
    print "$method $path: presigned for /key", $own && "?$own", ", signature ", right($method, $url), "\n";
}
my $signed = Net::Amazon::S3::HTTPRequest->new(
    s3 => $s3, bucket => $bucket, region => 'us-east-1', method => 'GET', path => 'bucket/key?acl')->http_request;
print 'GET key?acl, signed in a header: sent as ', $signed->uri->path_query, "\n";
PL
perl run.pl > seen.txt
cat > expected.txt <<'TXT'
GET key?acl: presigned for /key, signature right
PUT key?tagging: presigned for /key, signature right
GET key?acl=: presigned for /key?acl=, signature right
GET key?acl&versionId=3: presigned for /key?acl=&versionId=3, signature right
GET key?acl, signed in a header: sent as /key?acl
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Net::Amazon::S3 no longer presigns names as recorded."; exit 1; }
echo "As recorded: a presigned URL for ?acl or ?tagging has lost it, and is valid for the object itself."
