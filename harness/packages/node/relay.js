/** The adapter that the program starts: passes questions to the process that has the signer, and answers back. */
"use strict";

// The file that the argument names, which only its owner can read, says where and with which word.
const [port, token] = require("node:fs").readFileSync(process.argv[2], "ascii").split(" ");
const connection = require("node:net").connect({ host: "127.0.0.1", port: Number(port) });
connection.write(`${token}\n`);
process.stdin.pipe(connection).pipe(process.stdout);
