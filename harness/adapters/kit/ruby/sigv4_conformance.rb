# What adapters of sigv4-conformance in Ruby have in common: the lines of the protocol, its bytes, the clock.
# Copy this file next to your adapter; it needs Ruby 2.7 and nothing else:
#
#     require_relative 'sigv4_conformance'
#     require 'my_signer'
#     include Sigv4Conformance
#     hello = { name: 'my-signer', version: MySigner::VERSION, roles: %w[sign-header], profiles: %w[generic] }
#     serve(hello, 'sign' => lambda do |question|
#       raise Unsupported, 'it always signs the body' unless question['payload'] == 'signed'
#       request, keys = question.values_at('request', 'credentials')
#       headers = unique_headers(request)
#       headers.update(MySigner.new(text(keys['access_key_id']), text(keys['secret_access_key']))
#         .sign(text(request['method']), text(request['target']), headers, bytes(request['body'])))
#       { request: { method: request['method'], target: request['target'], headers: headers.to_a } }
#     end)
#
# `serve(hello, operations)` has a callable for each `op`, which takes the question and returns the answer. `seq` is
# added, and `result` where there is only one ("signed" for `sign`); `verify` returns `{ result: 'accept' }`, or
# `{ result: 'reject', detail: '...' }`. Raise Unsupported or Unrepresentable with the reason for an answer of that
# kind; any other StandardError becomes an `error`. Without a callable of its own, `sign-sequence` calls `sign` for one
# call after the other. A string of the answer that is not UTF-8 is sent as base64.
#
# While a question is open, `Time.now` gives the time of the question. A request that was signed at another time
# becomes an `error`: then the subject has a clock of its own.
require 'json'
require 'time'

module Sigv4Conformance
  Unsupported = Class.new(StandardError) # the subject's interface has no way to request this
  Unrepresentable = Class.new(StandardError) # it cannot hold this input, or refuses it on purpose

  RESULTS = { 'sign' => 'signed', 'sign-sequence' => 'signed-sequence', 'sign-chunks' => 'signed-chunks',
              'sign-events' => 'signed-events', 'sign-v4a' => 'signed-v4a', 'sign-post-policy' => 'signed-post-policy',
              'sign-legacy' => 'signed-legacy', 'sign-v4a-chunks' => 'signed-v4a-chunks', 'token' => 'token',
              'derive-key' => 'derived', 'derive-key-pair' => 'derived-key-pair' }.freeze

  class << self
    attr_accessor :now # a Time, or nil for the system's clock
    attr_accessor :times # of the calls of the question: one may repeat the time of another, which is for the judge to see
  end

  Time.singleton_class.prepend(Module.new do
    def now(...)
      Sigv4Conformance.now&.dup || super
    end
  end)

  module_function

  # Bytes of the protocol, a string or an object with base64, as a binary string.
  def bytes(value)
    (value.is_a?(String) ? value : value['base64'].unpack1('m0')).b
  end

  # Bytes of the protocol as a string in UTF-8.
  def text(value)
    string = bytes(value).force_encoding(Encoding::UTF_8)
    return string if string.valid_encoding?

    raise Unrepresentable, 'the subject takes text, and this is not UTF-8'
  end

  # The headers of a request as a Hash with names as they were given, for a subject that holds one of a name.
  def unique_headers(request)
    headers = request['headers'].to_h { |name, value| [text(name), text(value)] }
    return headers if headers.keys.uniq(&:downcase).size == request['headers'].size

    raise Unrepresentable, 'headers are a Hash, which holds one of a name'
  end

  # A time of the protocol as a Time.
  def time(value)
    Time.strptime("#{value}+0000", '%Y%m%dT%H%M%SZ%z').utc
  end

  # Calls the operation at the time of the question, and checks that what it signed carries that time.
  def timed(operation, question)
    Sigv4Conformance.now = question['time'] && time(question['time'])
    answer = operation.call(question)
    if question['placement'] && dates(question['request']).empty?
      signed = dates(answer[:request].transform_keys(&:to_s))
      unless signed.empty? || signed.intersect?(Sigv4Conformance.times)
        raise "signed at #{signed.first}, though the clock was set to #{question['time']}"
      end
    end
    answer
  ensure
    Sigv4Conformance.now = nil
  end

  # The dates of a request that a signer can have set.
  def dates(request)
    headers = request['headers'].select { |name, _| bytes(name).match?(/\A(x-amz-)?date\z/i) }
    headers.map { |_, value| bytes(value) } + bytes(request['target']).scan(/[?&]X-Amz-Date=([^&]*)/i).flatten
  end

  # An answer with each string that is not UTF-8 as base64.
  def encode(value)
    case value
    when Hash then value.transform_values { |each| encode(each) }
    when Array then value.map { |each| encode(each) }
    when String
      string = value.dup.force_encoding(Encoding::UTF_8)
      string.valid_encoding? ? string : { base64: [value].pack('m0') }
    else value
    end
  end

  # Greets with `hello`, then answers questions with `operations` until the input ends.
  def serve(hello, operations)
    greeting = { op: 'hello', protocol: 1, language: "Ruby #{RUBY_VERSION}", **hello }
    if operations['sign'] && hello[:roles].include?('sign-sequence')
      in_order = ->(question) { { calls: question['calls'].map { |call| timed(operations['sign'], call) } } }
      operations = { 'sign-sequence' => in_order, **operations }
    end
    answers = $stdout.dup
    answers.sync = true
    $stdout = $stderr # standard output belongs to the protocol
    $stdin.set_encoding(Encoding::UTF_8)
    $stdin.each_line { |line| answers.puts(JSON.generate(encode(answer(JSON.parse(line), greeting, operations)))) }
  end

  def answer(question, greeting, operations)
    op, seq = question.values_at('op', 'seq')
    return greeting if op == 'hello'

    operation = operations.fetch(op) { raise Unsupported, "no operation #{op}" }
    Sigv4Conformance.times = (question['calls'] || [question]).map { |call| call['time'] }
    { seq: seq, result: RESULTS[op], **timed(operation, question) }
  rescue Unsupported => e
    { seq: seq, result: 'unsupported', detail: e.message }
  rescue Unrepresentable => e
    { seq: seq, result: 'unrepresentable', detail: e.message }
  rescue StandardError => e
    { seq: seq, result: 'error', detail: "#{e.class}: #{e.message}" }
  end
end
