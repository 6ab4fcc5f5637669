// Does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why.
'use strict';
const { createInterface } = require('node:readline');

// Calls the operation that a line names with the other words of the line, which tabs separate.
exports.answer = async (operations) => {
  for await (const line of createInterface({ input: process.stdin })) {
    const [operation, ...words] = line.split('\t');
    let said = 'ok';
    try {
      await operations[operation](...words);
    } catch (error) {
      said = `failed\t${String(error).replace(/\s+/g, ' ')}`;
    }
    process.stdout.write(`${said}\n`);
  }
};
