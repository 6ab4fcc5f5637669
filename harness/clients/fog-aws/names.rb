# fog-aws, object by object.
require 'fog/aws'
require_relative '../kit/ruby/steps'

endpoint = URI(ENV.fetch('AWS_ENDPOINT_URL'))
s3 = Fog::Storage.new(
  provider: 'AWS',
  aws_access_key_id: ENV.fetch('AWS_ACCESS_KEY_ID'),
  aws_secret_access_key: ENV.fetch('AWS_SECRET_ACCESS_KEY'),
  endpoint: endpoint.to_s,
  region: 'us-east-1',
  path_style: true,
  connection_options: { retry_limit: 1 }
)
answer(
  'put' => ->(key, file) { s3.put_object('bucket', key, File.binread(file)) },
  'head' => ->(key) { s3.head_object('bucket', key) },
  'get' => ->(key, file) { File.binwrite(file, s3.get_object('bucket', key).body) },
  'list' => ->(prefix) { s3.get_bucket('bucket', 'prefix' => prefix) }
)
