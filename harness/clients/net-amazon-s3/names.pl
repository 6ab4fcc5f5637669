#!/usr/bin/perl
# Net::Amazon::S3, object by object.
use strict;
use warnings;

use Encode qw(decode_utf8);
use Net::Amazon::S3;
use Net::Amazon::S3::Signature::V4;

my ($host) = $ENV{AWS_ENDPOINT_URL} =~ m{^http://(.*)$};
my $s3 = Net::Amazon::S3->new(
    aws_access_key_id     => $ENV{AWS_ACCESS_KEY_ID},
    aws_secret_access_key => $ENV{AWS_SECRET_ACCESS_KEY},
    host                  => $host,
    secure                => 0,
    use_virtual_host      => 0,
    retry                 => 0,
    authorization_method  => 'Net::Amazon::S3::Signature::V4',
);
my $bucket = $s3->bucket({ bucket => 'bucket', region => 'us-east-1' });
my %operations = (
    put  => sub { $bucket->add_key_filename($_[0], $_[1]) },
    head => sub { $bucket->head_key($_[0]) },
    get  => sub { $bucket->get_key_filename($_[0], 'GET', $_[1]) },
    list => sub { $bucket->list({ prefix => $_[0] }) },
);
require "$ARGV[0]/steps.pl";
answer(\%operations, sub { $s3->errstr });
