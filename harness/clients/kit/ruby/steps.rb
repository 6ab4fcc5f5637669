# Does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why.

# Calls the operation that a line names with the other words of the line, which tabs separate.
def answer(operations)
  answers = $stdout.dup
  $stdout.reopen($stderr)
  answers.sync = true
  $stdin.set_encoding('UTF-8').each_line(chomp: true) do |line|
    operation, *words = line.split("\t")
    begin
      operations[operation].call(*words)
      answers.puts 'ok'
    rescue StandardError => error
      answers.puts "failed\t#{error.class}: #{error.message}"[0, 400].gsub(/\s*\n\s*/, ' ')
    end
  end
end
