# my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question.
require_relative 'sigv4_conformance'
include Sigv4Conformance

HELLO = {
  name: 'my-signer',
  version: '0.1.0',
  roles: %w[sign-header], # and sign-query, if it presigns URLs
  profiles: %w[generic s3],
  features: %w[] # what else it can do, such as session-token
}.freeze

def sign(question)
  # YOUR SIGNER GOES HERE. While it runs, `Time.now` gives the time of the question. For example:
  #
  #     raise Unsupported, 'it does not presign' unless question['placement'] == 'header'
  #     raise Unsupported, 'it always signs the body' unless question['payload'] == 'signed'
  #     request, keys = question.values_at('request', 'credentials')
  #     headers = unique_headers(request)
  #     headers.update(MySigner.new(text(keys['access_key_id']), text(keys['secret_access_key']))
  #       .sign(text(request['method']), text(request['target']), headers, bytes(request['body']),
  #             text(question['region']), text(question['service'])))
  #     return { request: { method: request['method'], target: request['target'], headers: headers.to_a } }
  #
  # 'normalize' and 'double_encode' say how the path becomes canonical. Raise Unsupported where your signer has no way
  # to do what is asked, and Unrepresentable where it cannot hold the request.
  raise Unsupported, 'no signer yet'
end

serve(HELLO, 'sign' => method(:sign))
