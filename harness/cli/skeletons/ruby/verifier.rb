# my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question.
require_relative 'sigv4_conformance'
include Sigv4Conformance

HELLO = {
  name: 'my-verifier',
  version: '0.1.0',
  roles: %w[verify],
  profiles: %w[generic s3],
  features: %w[] # what else it can do, such as session-token
}.freeze

def verify(question)
  # YOUR VERIFIER GOES HERE. While it runs, `Time.now` gives the time of the question. For example:
  #
  #     request = question['request']
  #     begin
  #       MyVerifier.new(question['keys'].select { |key| key['active'] }, text(question['region']),
  #                      text(question['service']))
  #         .verify(text(request['method']), text(request['target']), unique_headers(request), bytes(request['body']))
  #     rescue MyVerifier::Refusal => e
  #       return { result: 'reject', detail: e.message }
  #     end
  #     return { result: 'accept' }
  #
  # Raise Unsupported where your verifier has no way to do what is asked (chunks, forms, SigV4A, derived keys), and
  # Unrepresentable where it cannot hold the request.
  raise Unsupported, 'no verifier yet'
end

serve(HELLO, 'verify' => method(:verify))
